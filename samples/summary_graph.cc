// Draws a pipeline: scopes, a function, feedback, devices, and the time of every stage.
//
//   summary_graph [LOGDIR]
#include <cstdio>

#include "opscope/summary/graph_builder.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/graph");
  summary::GraphBuilder filter;
  const summary::GraphNode blur = filter.node("blur", "Blur", {.inputs = {filter.argument("in")}});
  filter.result("out", filter.node("sharpen", "Sharpen", {.inputs = {blur}}));

  summary::GraphBuilder pipeline;
  pipeline.add_function("filter", filter);
  const summary::GraphNode camera =
      pipeline.node("camera", "Capture", {.output_shapes = {{480, 640, 3}}});
  const auto scope = pipeline.scope("process");
  const summary::GraphNode filtered =
      pipeline.node("filter", "filter", {.inputs = {camera}, .output_shapes = {{480, 640, 3}}});
  const summary::GraphNode track =
      pipeline.node("track", "Track",
                    {.inputs = {filtered}, .device = "/device:GPU:0", .attrs = {{"points", 64.}}});
  pipeline.add_input(track, track);  // the last frame
  pipeline.record_time(camera, 1000, 200);
  pipeline.record_time(filtered, 1200, 900);
  pipeline.record_time(track, 2100, 400);
  pipeline.record_memory(filtered, 480 * 640 * 3);
  pipeline.write(writer);
  pipeline.write_times(writer, "frame", 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
