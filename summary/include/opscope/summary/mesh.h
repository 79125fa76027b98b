// Point clouds and triangle meshes, for the Mesh page.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// Borrowed arrays. Without faces it is a point cloud.
struct MeshView {
  std::span<const float> vertices;         // x, y, z of each vertex
  std::span<const std::int32_t> faces{};   // three vertex numbers of each triangle
  std::span<const std::uint8_t> colors{};  // red, green, blue of each vertex
};

struct MeshOptions {
  std::string_view config_json{};  // camera, lights and material as three.js has them
  std::string_view description{};  // markdown
};

// Writes the tags <name>_VERTEX and, where there is such an array, <name>_FACE and <name>_COLOR.
// Throws invalid_argument for no vertices, for arrays that are not made of threes or do not fit
// together, and for vertex numbers that do not exist.
void mesh(FileWriter& writer, std::string_view name, const MeshView& mesh, std::int64_t step,
          const MeshOptions& options = {});

}  // namespace opscope::summary
