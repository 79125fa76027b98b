// What running functions push into an active trace.
#include "opscope/summary/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "opscope/proto/event.pb.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/proto/step_stats.pb.h"
#include "opscope/summary/file_writer.h"
#include "staged.h"
#include "support/temp_dir.h"

namespace opscope {
namespace {

// The RunMetadata in the last event of a file of TFRecords.
proto::RunMetadata read_run_metadata(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  constexpr std::size_t kHeader = 12;  // length and its checksum
  constexpr std::size_t kFooter = 4;
  proto::RunMetadata metadata;
  for (std::size_t at = 0; at + kHeader < bytes.size();) {
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data() + at, sizeof size);
    proto::Event event;
    EXPECT_TRUE(event.ParseFromString(bytes.substr(at + kHeader, size)));
    for (const auto& value : event.summary().value()) {
      EXPECT_TRUE(metadata.ParseFromString(value.tensor().string_val(0)));
    }
    at += kHeader + size + kFooter;
  }
  return metadata;
}

TEST(Trace, HoldsTheGraphAndTheTimeOfEveryNodeThatRan) {
  const testing::TempDir directory;
  auto writer = summary::create_file_writer(directory.path());
  const auto f = function(
      [](const Tensor& x) {
        const NameScope scope("model");
        Tensor y = x * 2.f;
        for (Tensor i : range(3)) y += cast(i, DType::float32);
        return y;
      },
      {}, {.name = "step"});
  summary::trace_on({.graph = true});
  EXPECT_EQ(f(1.f).item(), 5);
  summary::trace_export(writer, {.name = "step", .step = 0});
  writer.close();

  const proto::RunMetadata metadata = read_run_metadata(writer.path());
  ASSERT_EQ(metadata.function_graphs_size(), 1);
  std::map<std::string, const proto::NodeDef*> nodes;
  for (const auto& node : metadata.function_graphs(0).pre_optimization_graph().node()) {
    nodes[node.name()] = &node;
    EXPECT_EQ(node.attr().count("_output_shapes"), 1u) << node.name();
  }
  EXPECT_EQ(nodes.count("model/mul"), 1u);
  EXPECT_EQ(nodes.count("model/while"), 1u);
  ASSERT_EQ(metadata.step_stats().dev_stats_size(), 1);
  EXPECT_EQ(metadata.step_stats().dev_stats(0).device(),
            "/job:localhost/replica:0/task:0/device:CPU:0");
  std::set<std::string> timed;
  for (const auto& stats : metadata.step_stats().dev_stats(0).node_stats()) {
    timed.insert(stats.node_name());
    EXPECT_EQ(nodes.count(stats.node_name()), 1u) << stats.node_name();
    EXPECT_GT(stats.all_end_rel_micros(), 0);
  }
  EXPECT_EQ(timed.count("model/mul"), 1u);
  EXPECT_EQ(timed.count("model/while"), 1u);
}

}  // namespace
}  // namespace opscope
