#include "opscope/summary/graph_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "opscope/proto/graph.pb.h"
#include "opscope/proto/run_metadata.pb.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

TEST(GraphBuilder, MakesNodesWithAllTheirParts) {
  GraphBuilder builder;
  const GraphNode rays = builder.node(
      "camera", "MakeRays", {.output_shapes = {{480, -1}, {}}, .device = "/device:CPU:0"});
  const GraphNode lights = builder.node("lights", "Load");
  const GraphNode trace =
      builder.node("trace", "Intersect",
                   {.inputs = {rays, {rays, 1}},
                    .control_inputs = {lights},
                    .attrs = {{"b", true}, {"i", std::int64_t{7}}, {"f", 0.5}, {"s", "text"}}});
  builder.add_input(rays, trace);
  const proto::GraphDef graph = builder.graph_def();
  ASSERT_EQ(graph.node_size(), 3);
  EXPECT_GT(graph.versions().producer(), 0);
  EXPECT_EQ(graph.node(0).name(), "camera");
  EXPECT_EQ(graph.node(0).op(), "MakeRays");
  EXPECT_EQ(graph.node(0).device(), "/device:CPU:0");
  EXPECT_THAT(graph.node(0).input(), ElementsAre("trace"));
  const auto& shapes = graph.node(0).attr().at("_output_shapes").list();
  ASSERT_EQ(shapes.shape_size(), 2);
  EXPECT_EQ(shapes.shape(0).dim(0).size(), 480);
  EXPECT_EQ(shapes.shape(0).dim(1).size(), -1);
  EXPECT_EQ(shapes.shape(1).dim_size(), 0);
  EXPECT_THAT(graph.node(2).input(), ElementsAre("camera", "camera:1", "^lights"));
  EXPECT_TRUE(graph.node(2).attr().at("b").b());
  EXPECT_EQ(graph.node(2).attr().at("i").i(), 7);
  EXPECT_EQ(graph.node(2).attr().at("f").f(), 0.5F);
  EXPECT_EQ(graph.node(2).attr().at("s").s(), "text");
}

TEST(GraphBuilder, PutsScopesBeforeNamesAndMakesThemUnique) {
  GraphBuilder builder;
  {
    const auto outer = builder.scope("load");
    const auto inner = builder.scope("a/b");
    EXPECT_EQ(builder.name(builder.node("x", "X")), "load/a/b/x");
    EXPECT_EQ(builder.name(builder.node("x", "X")), "load/a/b/x_1");
  }
  EXPECT_EQ(builder.name(builder.node("x", "X")), "x");
  const auto again = builder.scope("load/a/b");
  EXPECT_EQ(builder.name(builder.node("x", "X")), "load/a/b/x_2");
}

TEST(GraphBuilder, MakesFunctionsOfBodies) {
  GraphBuilder body;
  const GraphNode x = body.argument("x");
  const GraphNode square = body.node("square", "Square", {.inputs = {x}});
  body.result("y", body.node("add", "Add", {.inputs = {square, {square, 1}}}));
  GraphBuilder builder;
  builder.add_function("shade", body);
  builder.node("call", "shade", {.inputs = {builder.argument("in")}});
  GraphBuilder outer;
  outer.add_function("all", builder);

  const proto::GraphDef graph = outer.graph_def();
  ASSERT_EQ(graph.library().function_size(), 2);
  const proto::FunctionDef& shade = graph.library().function(1);
  EXPECT_EQ(shade.signature().name(), "shade");
  ASSERT_EQ(shade.signature().input_arg_size(), 1);
  EXPECT_EQ(shade.signature().input_arg(0).name(), "x");
  EXPECT_EQ(shade.signature().output_arg(0).name(), "y");
  ASSERT_EQ(shade.node_def_size(), 3);
  EXPECT_THAT(shade.node_def(0).input(), ElementsAre("x"));
  EXPECT_THAT(shade.node_def(1).input(), ElementsAre("square:output:0", "square:output:1"));
  EXPECT_EQ(shade.node_def(2).name(), "y");
  EXPECT_EQ(shade.ret().at("y"), "y:output:0");
  EXPECT_EQ(builder.graph_def().node(0).attr().at("index").i(), 0);
  EXPECT_THAT([&] { outer.add_function("all", body); },
              ThrowsError(ErrorCode::already_exists, "\"all\""));
}

TEST(GraphBuilder, AddsUpTimesByDevice) {
  GraphBuilder builder;
  const GraphNode a = builder.node("a", "A", {.device = "/device:GPU:0"});
  const GraphNode b = builder.node("b", "B");
  builder.node("idle", "C");
  builder.record_time(a, 500, 20);
  builder.record_time(a, 400, 10);
  builder.record_time(b, 0, 0);
  builder.record_memory(b, 70);
  builder.record_memory(b, 30);
  const proto::RunMetadata metadata = builder.run_metadata();
  EXPECT_EQ(metadata.function_graphs(0).pre_optimization_graph().node_size(), 3);
  ASSERT_EQ(metadata.step_stats().dev_stats_size(), 2);
  const auto& gpu = metadata.step_stats().dev_stats(0);
  EXPECT_EQ(gpu.device(), "/device:GPU:0");
  EXPECT_EQ(gpu.node_stats(0).node_name(), "a");
  EXPECT_EQ(gpu.node_stats(0).all_start_micros(), 400);
  EXPECT_EQ(gpu.node_stats(0).all_end_rel_micros(), 30);
  const auto& cpu = metadata.step_stats().dev_stats(1);
  ASSERT_EQ(cpu.node_stats_size(), 1);
  EXPECT_EQ(cpu.node_stats(0).all_start_micros(), 1);
  EXPECT_EQ(cpu.node_stats(0).all_end_rel_micros(), 1);
  EXPECT_EQ(cpu.node_stats(0).memory(0).total_bytes(), 70);
  builder.clear_times();
  EXPECT_FALSE(builder.run_metadata().has_step_stats());
}

TEST(GraphBuilder, TimesACallAndGivesItsResult) {
  GraphBuilder builder;
  const GraphNode node = builder.node("a", "A");
  EXPECT_EQ(builder.time(node, [] { return 7; }), 7);
  builder.time(static_cast<GraphNode>(9), [] {});  // passed over, with a warning in the log
  const proto::RunMetadata metadata = builder.run_metadata();
  ASSERT_EQ(metadata.step_stats().dev_stats_size(), 1);
  EXPECT_EQ(metadata.step_stats().dev_stats(0).node_stats(0).node_name(), "a");
}

TEST(GraphBuilder, TakesTimesFromManyThreads) {
  GraphBuilder builder;
  const GraphNode node = builder.node("a", "A");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) builder.record_time(node, 5, 2);
      const GraphTimer timer(builder, node);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const proto::RunMetadata metadata = builder.run_metadata();
  EXPECT_GE(metadata.step_stats().dev_stats(0).node_stats(0).all_end_rel_micros(), 8000);
}

TEST(GraphBuilder, WritesAllThreeForms) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  GraphBuilder builder;
  builder.record_time(builder.node("a", "A"), 1, 2);
  builder.write(writer);
  builder.write_times(writer, "times", 3);
  builder.write_tagged(writer, "tagged", 4);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  proto::GraphDef graph;
  ASSERT_TRUE(graph.ParseFromString(events[0].graph_def()));
  EXPECT_EQ(graph.node(0).name(), "a");
  EXPECT_EQ(events[1].tagged_run_metadata().tag(), "times");
  EXPECT_EQ(events[1].step(), 3);
  proto::RunMetadata metadata;
  ASSERT_TRUE(metadata.ParseFromString(events[1].tagged_run_metadata().run_metadata()));
  EXPECT_EQ(metadata.step_stats().dev_stats(0).node_stats(0).all_end_rel_micros(), 2);
  EXPECT_EQ(events[2].summary().value(0).metadata().plugin_data().plugin_name(),
            "graph_run_metadata");
}

TEST(GraphBuilder, RefusesWhatNoPageCouldShow) {
  GraphBuilder builder;
  const GraphNode a = builder.node("a", "A");
  for (const std::string name : {"", "/a", "a/", "a//b", "a b", "_a", "^a", "a:0", "\xff"}) {
    EXPECT_THAT([&] { builder.node(name, "A"); }, ThrowsError(kInvalid, "the graph name"));
    EXPECT_THAT([&] { const auto scope = builder.scope(name); },
                ThrowsError(kInvalid, "the graph name"));
  }
  EXPECT_THAT([&] { builder.node("b", ""); }, ThrowsError(kInvalid, "\"b\" has an empty op"));
  EXPECT_THAT([&] { builder.node("b", "\xff"); }, ThrowsError(kInvalid, "is not UTF-8"));
  EXPECT_THAT(
      [&] {
        builder.node("b", "B", {.attrs = {{"k", "\xff"}}});
      },
      ThrowsError(kInvalid, "is not UTF-8"));
  EXPECT_THAT(
      [&] {
        builder.node("b", "B", {.inputs = {{a, -1}}});
      },
      ThrowsError(kInvalid, "\"a\" has no output -1"));
  EXPECT_THAT([&] { builder.add_input(a, static_cast<GraphNode>(9)); },
              ThrowsError(kInvalid, "no node 9; it has 1"));
  EXPECT_EQ(builder.graph_def().node_size(), 1);
}

}  // namespace
}  // namespace opscope::summary
