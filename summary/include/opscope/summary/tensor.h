// Raw tensors, for plugins of one's own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

struct TensorOptions {
  // Whose data this is. A plugin that TensorBoard does not know is shown by nothing of its own,
  // but its data are kept and served.
  std::string_view plugin_name = "tensor";
  std::string_view plugin_content{};
  std::string_view display_name{};
  std::string_view description{};  // markdown
};

// Numbers in row-major order; `dims` empty: one number. T: float, double, bool, or a built-in
// integer type. Throws invalid_argument when the dims do not give the number of values.
template <typename T>
void tensor(FileWriter& writer, std::string_view tag, std::span<const T> values,
            std::span<const std::int64_t> dims, std::int64_t step,
            const TensorOptions& options = {});

}  // namespace opscope::summary
