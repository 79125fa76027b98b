// Writes raw tensors, and a matrix of a class of its own.
//
//   summary_tensor [LOGDIR]
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "opscope/summary/matrix.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/tensor");
  struct Identity {
    int size;
    [[nodiscard]] int rows() const { return size; }
    [[nodiscard]] int cols() const { return size; }
    float operator()(int row, int col) const { return row == col ? 1.f : 0.f; }
  };
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  const std::array<std::int64_t, 2> shape = {2, 3};
  summary::tensor<double>(writer, "table", values, shape, 0);
  summary::tensor(writer, "identity", Identity{4}, 0, {.display_name = "I"});
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
