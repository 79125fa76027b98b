// Writes a coloured tetrahedron.
//
//   summary_mesh [LOGDIR]
#include <cstdint>
#include <cstdio>
#include <vector>

#include "opscope/summary/mesh.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/mesh");
  const std::vector<float> vertices = {1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1};
  const std::vector<std::int32_t> faces = {0, 1, 2, 0, 3, 1, 0, 2, 3, 1, 3, 2};
  const std::vector<std::uint8_t> colors = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0};
  summary::mesh(writer, "tetrahedron", {.vertices = vertices, .faces = faces, .colors = colors}, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
