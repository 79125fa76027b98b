// Points in many dimensions, for the Projector page. They are files in the directory of the run,
// beside the event file, that projector_config.pbtxt points to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/image.h"

namespace opscope::summary {

// Borrowed points, one behind the other.
struct EmbeddingView {
  std::span<const float> values;
  std::size_t dimensions = 0;  // of each point
};

enum class EmbeddingFormat {
  tsv,  // text
  // float32 as in memory. TensorBoard knows these files only by their not being UTF-8: values that
  // look like text are written as tsv all the same.
  bytes,
};

struct EmbeddingOptions {
  // What is known of each point: one row a point, each with one cell per name. With one column or
  // none, names may be left out.
  std::vector<std::string> metadata_names{};
  std::vector<std::vector<std::string>> metadata{};
  // A small picture for each point, all of one size and form.
  std::span<const ImageView<std::uint8_t>> pictures{};
  EmbeddingFormat format = EmbeddingFormat::tsv;
};

// Writes the points under `name` into <logdir of the writer>/projector/, and their entry into the
// logdir's projector_config.pbtxt, where the others stay. The same name replaces what it had. Every
// file is complete before it has its name, so that readers never see half of one; threads and
// processes take turns. Throws invalid_argument for an empty name, for values, metadata or pictures
// that do not fit together, and for cells with a tab or a line end; data_loss for an existing
// config that is none, which is left alone; and what errno says.
void embedding(const FileWriter& writer, std::string_view name, const EmbeddingView& points,
               const EmbeddingOptions& options = {});

}  // namespace opscope::summary
