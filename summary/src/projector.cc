#include "opscope/summary/projector.h"

#include <filesystem>
#include <system_error>

#include "opscope/error.h"
#include "projector_files.h"
#include "tag_check.h"

namespace opscope::summary {
namespace {

// A directory name for any text; different for different texts.
std::string directory_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-';
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) {
      out.push_back(c);
    } else {
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out;
}

void check_count(std::string_view name, const char* what, std::size_t count, std::size_t points) {
  if (count == 0 || count == points) return;
  throw Error(ErrorCode::invalid_argument, "the embedding " + quoted(name) + " has " +
                                               std::to_string(points) + " points and " +
                                               std::to_string(count) + " " + what);
}

void check_points(std::string_view name, const EmbeddingView& points) {
  if (points.dimensions > 0 && points.values.size() % points.dimensions == 0 &&
      !points.values.empty()) {
    return;
  }
  throw Error(ErrorCode::invalid_argument,
              "the embedding " + quoted(name) + " has " + std::to_string(points.values.size()) +
                  " values, no points of " + std::to_string(points.dimensions) + " dimensions");
}

void create_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw error_from_errno(error.value(), "create directory", path);
}

}  // namespace

void embedding(const FileWriter& writer, std::string_view name, const EmbeddingView& points,
               const EmbeddingOptions& options) {
  check_tag(name);
  check_points(name, points);
  const std::size_t count = points.values.size() / points.dimensions;
  check_count(name, "rows of metadata", options.metadata.size(), count);
  check_count(name, "pictures", options.pictures.size(), count);
  const std::string metadata = options.metadata.empty() ? "" : encode_metadata_tsv(name, options);
  const std::string sprite = options.pictures.empty() ? "" : encode_sprite(name, options.pictures);
  const std::string_view bytes(reinterpret_cast<const char*>(points.values.data()),
                               points.values.size_bytes());
  const bool as_bytes = options.format == EmbeddingFormat::bytes && is_seen_as_bytes(bytes);

  // Paths in the config are relative to it, so that a logdir can be moved.
  const std::string folder = "projector/" + directory_name(name) + "/";
  const std::string target = writer.logdir() + "/" + folder;
  create_directory(target);
  proto::projector::EmbeddingInfo entry;
  entry.set_tensor_name(std::string(name));
  entry.add_tensor_shape(static_cast<std::uint32_t>(count));
  entry.add_tensor_shape(static_cast<std::uint32_t>(points.dimensions));
  const std::string tensor_file = as_bytes ? "tensors.bytes" : "tensors.tsv";
  entry.set_tensor_path(folder + tensor_file);
  if (as_bytes) {
    replace_file(target + tensor_file, bytes);
  } else {
    replace_file(target + tensor_file, encode_points_tsv(points));
  }
  if (!metadata.empty()) {
    entry.set_metadata_path(folder + "metadata.tsv");
    replace_file(target + "metadata.tsv", metadata);
  }
  if (!sprite.empty()) {
    entry.mutable_sprite()->set_image_path(folder + "sprite.png");
    replace_file(target + "sprite.png", sprite);
    const ImageView<std::uint8_t>& picture = options.pictures.front();
    entry.mutable_sprite()->add_single_image_dim(static_cast<std::uint32_t>(picture.width));
    entry.mutable_sprite()->add_single_image_dim(static_cast<std::uint32_t>(picture.height));
  }
  update_config(writer.logdir(), entry);
}

}  // namespace opscope::summary
