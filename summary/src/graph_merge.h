// Putting several graphs into one: TensorBoard shows exactly one graph of a run without changing
// it, and its own merge of several leaves references behind that point nowhere.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "opscope/proto/graph.pb.h"

namespace opscope::summary {

struct NamedGraph {
  std::string key;
  proto::GraphDef graph;
};

struct MergedGraph {
  proto::GraphDef graph;
  // For each of the given graphs, what stands before its node names now: "" or "scope/".
  std::vector<std::string> prefixes;
};

// The first graph keeps its names; each later one goes below a scope made from its key. Library
// functions that are equal become one, others of the same name get a new one; every reference
// (inputs, control inputs, colocation, calls by op or attribute, gradients) follows.
MergedGraph merge_graphs(std::span<const NamedGraph> graphs);

}  // namespace opscope::summary
