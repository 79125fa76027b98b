// The files of the Projector page.
#pragma once

#include <string>
#include <string_view>

#include "opscope/proto/projector_config.pb.h"
#include "opscope/summary/projector.h"

namespace opscope::summary {

// The contents of the files. All throw invalid_argument for what does not fit; messages name the
// embedding.
std::string encode_points_tsv(const EmbeddingView& points);
std::string encode_metadata_tsv(std::string_view name, const EmbeddingOptions& options);
// The pictures in rows of as many as there are columns, row by row, as a PNG file.
std::string encode_sprite(std::string_view name, std::span<const ImageView<std::uint8_t>> pictures);

// Whether TensorBoard would take these bytes for float32, not for text.
bool is_seen_as_bytes(std::string_view bytes) noexcept;

// Gives `path` this content, by writing another file and renaming it. Throws Error.
void replace_file(const std::string& path, std::string_view content);

// Puts an entry into the config of the logdir, in the place of one with its name. Throws Error.
void update_config(const std::string& logdir, const proto::projector::EmbeddingInfo& entry);

}  // namespace opscope::summary
