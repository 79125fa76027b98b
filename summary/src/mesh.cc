#include "opscope/summary/mesh.h"

#include <array>
#include <limits>
#include <string>

#include "number_tensor.h"
#include "opscope/proto/mesh_plugin_data.pb.h"

namespace opscope::summary {
namespace {

using proto::mesh::MeshPluginData;

Error bad_mesh(std::string_view name, const std::string& what) {
  return Error(ErrorCode::invalid_argument, "the mesh " + quoted(name) + " " + what);
}

void check_mesh(std::string_view name, const MeshView& mesh) {
  const auto check_threes = [&](std::size_t size, const char* what) {
    if (size % 3 == 0 && size <= std::numeric_limits<std::int32_t>::max()) return;
    throw bad_mesh(name, "has " + std::to_string(size) + " numbers in its " + what +
                             "; it must be three for each, and less than 2147483648");
  };
  check_threes(mesh.vertices.size(), "vertices");
  check_threes(mesh.faces.size(), "faces");
  if (mesh.vertices.empty()) throw bad_mesh(name, "has no vertices");
  if (!mesh.colors.empty() && mesh.colors.size() != mesh.vertices.size()) {
    throw bad_mesh(name, "has colors for " + std::to_string(mesh.colors.size() / 3) + " and " +
                             std::to_string(mesh.vertices.size() / 3) + " vertices");
  }
  const auto count = static_cast<std::int32_t>(mesh.vertices.size() / 3);
  for (const std::int32_t vertex : mesh.faces) {
    if (vertex >= 0 && vertex < count) continue;
    throw bad_mesh(
        name, "has a face with vertex " + std::to_string(vertex) + " of " + std::to_string(count));
  }
}

// Which arrays a mesh has, as a set of bits that is the same in all of its values.
std::uint32_t components_of(const MeshView& mesh) {
  return (1U << MeshPluginData::VERTEX) | (mesh.faces.empty() ? 0U : 1U << MeshPluginData::FACE) |
         (mesh.colors.empty() ? 0U : 1U << MeshPluginData::COLOR);
}

// A Summary with one of the arrays.
template <typename T>
std::string encode_array(std::string_view name, std::span<const T> numbers,
                         MeshPluginData::ContentType type, std::uint32_t components,
                         const MeshOptions& options) {
  const std::array<std::int64_t, 3> dims{1, static_cast<std::int64_t>(numbers.size() / 3), 3};
  MeshPluginData data;
  data.set_name(std::string(name));
  data.set_content_type(type);
  data.set_json_config(std::string(options.config_json));
  for (const std::int64_t dim : dims) data.add_shape(static_cast<std::int32_t>(dim));
  data.set_components(components);
  const std::string content = data.SerializeAsString();
  const std::string tag = std::string(name) + "_" + MeshPluginData::ContentType_Name(type);
  return encode_tensor_summary(tag, encode_numbers(numbers, dims),
                               {.plugin_name = "mesh",
                                .content = content,
                                .display_name = name,
                                .description = options.description});
}

}  // namespace

void mesh(FileWriter& writer, std::string_view name, const MeshView& mesh, std::int64_t step,
          const MeshOptions& options) {
  check_tag(name);
  check_text(name, options.config_json);
  check_mesh(name, mesh);
  const std::uint32_t components = components_of(mesh);
  // Summaries one behind the other are one Summary with all their values.
  std::string summary =
      encode_array(name, mesh.vertices, MeshPluginData::VERTEX, components, options);
  if (!mesh.faces.empty()) {
    summary += encode_array(name, mesh.faces, MeshPluginData::FACE, components, options);
  }
  if (!mesh.colors.empty()) {
    summary += encode_array(name, mesh.colors, MeshPluginData::COLOR, components, options);
  }
  writer.serialized_event(encode_event(writer.wall_time(), step, EventKind::summary, summary));
}

}  // namespace opscope::summary
