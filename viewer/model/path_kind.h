// Tells what a file is by its content; names only break ties where the content cannot say.
#pragma once

#include <string>
#include <string_view>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

enum class FileKind : std::uint8_t {
  unknown,
  event_file,
  xplane,
  chrome_trace,
  graph_binary,
  graph_text,
  saved_model,
};

// Looks at the first bytes of the file. Fails when it cannot be read.
[[nodiscard]] Result<FileKind> file_kind(const std::string& path);

// True for names that TensorBoard takes for event files.
[[nodiscard]] bool is_event_file_name(std::string_view name) noexcept;

}  // namespace opscope::viewer
