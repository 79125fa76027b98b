// Small graphs for tests.
#pragma once

#include <string>
#include <vector>

#include "model/graph_model.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::viewer::test {

struct NodeText {
  std::string name;
  std::string op;
  std::vector<std::string> inputs;
};

[[nodiscard]] inline proto::GraphDef graph_def_of(const std::vector<NodeText>& nodes) {
  proto::GraphDef graph;
  for (const NodeText& text : nodes) {
    proto::NodeDef& node = *graph.add_node();
    node.set_name(text.name);
    node.set_op(text.op);
    for (const std::string& input : text.inputs) node.add_input(input);
  }
  return graph;
}

[[nodiscard]] inline GraphModel model_of(const proto::GraphDef& graph) {
  return build_graph_model(graph.SerializeAsString(), GraphKind::run_graph).value();
}

[[nodiscard]] inline GraphModel model_of(const std::vector<NodeText>& nodes) {
  return model_of(graph_def_of(nodes));
}

}  // namespace opscope::viewer::test
