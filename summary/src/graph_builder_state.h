// What is behind a GraphBuilder, and how it becomes protos.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/summary/graph_builder.h"

namespace opscope::summary {

enum class NodeRole { stage, argument, result };

struct BuilderNode {
  std::string name;
  std::string op;
  GraphNodeOptions options;
  NodeRole role = NodeRole::stage;
  std::int64_t runs = 0;
  std::int64_t start_us = 0;
  std::int64_t total_us = 0;
  std::int64_t memory_bytes = 0;
};

using FunctionMap = std::map<std::string, proto::FunctionDef, std::less<>>;

struct GraphBuilder::State {
  // Both throw invalid_argument for what is not there.
  BuilderNode& at(GraphNode node);
  void check_edge(GraphEdge edge);
  std::string unique_name(std::string_view name);

  std::vector<BuilderNode> nodes;
  std::unordered_set<std::string> names;
  std::string scope;  // empty, or with a '/' behind
  FunctionMap functions;
  std::mutex times_mutex;
};

// The nodes of a graph.
void fill_nodes(const std::vector<BuilderNode>& nodes, proto::GraphDef& graph);

// The nodes as the body of a function.
proto::FunctionDef make_function(std::string_view name, const std::vector<BuilderNode>& nodes);

}  // namespace opscope::summary
