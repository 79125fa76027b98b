// Writes a log with known contents, for log_compat_test.py, to the logdir that is its argument.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

#include "opscope/proto/graph.pb.h"
#include "opscope/summary/file_writer.h"

namespace {

using opscope::summary::FileWriter;

// loss: 1 / (step + 1) for 1,500 steps, more than TensorBoard keeps by default.
void write_scalars(FileWriter& writer) {
  for (std::int64_t step = 0; step < 1500; ++step) {
    writer.scalar("loss", 1.0 / static_cast<double>(step + 1), step);
  }
  using Limits = std::numeric_limits<float>;
  const float special[] = {Limits::quiet_NaN(),  Limits::infinity(), -Limits::infinity(), -0.0f,
                           Limits::denorm_min(), Limits::max(),      Limits::lowest(),    1.0f / 3};
  for (std::int64_t step = 0; step < static_cast<std::int64_t>(std::size(special)); ++step) {
    writer.scalar("odd names/Größe λ", special[step], step);
  }
}

void write_texts(FileWriter& writer) {
  writer.text("notes", "**bold** and 日本語", 3);
  writer.text_table("table", {{"a", "b"}, {"c", "d"}}, 4);
}

void write_graph(FileWriter& writer) {
  opscope::proto::GraphDef graph;
  auto& x = *graph.add_node();
  x.set_name("input/x");
  x.set_op("Placeholder");
  (*x.mutable_attr())["dtype"].set_type(opscope::proto::DT_FLOAT);
  auto& y = *graph.add_node();
  y.set_name("layer/y");
  y.set_op("Relu");
  y.add_input("input/x");
  (*y.mutable_attr())["T"].set_type(opscope::proto::DT_FLOAT);
  writer.graph(graph);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compat_write_log LOGDIR\n");
    return 2;
  }
  FileWriter writer = opscope::summary::create_file_writer(argv[1]);
  write_scalars(writer);
  write_texts(writer);
  write_graph(writer);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
