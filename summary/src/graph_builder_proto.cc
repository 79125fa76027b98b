// The nodes of a GraphBuilder as protos.
#include "graph_builder_state.h"
#include "opscope/proto/types.pb.h"

namespace opscope::summary {
namespace {

const BuilderNode& node_at(const std::vector<BuilderNode>& nodes, GraphNode node) {
  return nodes[static_cast<std::size_t>(node)];
}

// In a graph an input is "node" or "node:1".
std::string graph_input(const std::vector<BuilderNode>& nodes, GraphEdge edge) {
  const std::string& name = node_at(nodes, edge.node).name;
  return edge.output == 0 ? name : name + ":" + std::to_string(edge.output);
}

// In a function it is "argument" or "node:name of the output:number".
std::string function_input(const std::vector<BuilderNode>& nodes, GraphEdge edge) {
  const BuilderNode& from = node_at(nodes, edge.node);
  if (from.role == NodeRole::argument) return from.name;
  return from.name + ":output:" + std::to_string(edge.output);
}

void set_attr(const GraphAttr& value, proto::AttrValue& to) {
  if (const bool* truth = std::get_if<bool>(&value)) to.set_b(*truth);
  if (const auto* number = std::get_if<std::int64_t>(&value)) to.set_i(*number);
  if (const double* number = std::get_if<double>(&value)) to.set_f(static_cast<float>(*number));
  if (const auto* text = std::get_if<std::string>(&value)) to.set_s(*text);
}

using EdgeText = std::string(const std::vector<BuilderNode>& nodes, GraphEdge edge);

void fill_node(const std::vector<BuilderNode>& nodes, const BuilderNode& node, EdgeText* edge_text,
               proto::NodeDef& to) {
  to.set_name(node.name);
  to.set_op(node.op);
  to.set_device(node.options.device);
  for (const GraphEdge& edge : node.options.inputs) to.add_input(edge_text(nodes, edge));
  for (const GraphNode from : node.options.control_inputs) {
    to.add_input("^" + node_at(nodes, from).name);
  }
  for (const auto& [key, value] : node.options.attrs) set_attr(value, (*to.mutable_attr())[key]);
  if (node.options.output_shapes.empty()) return;
  auto& shapes = *(*to.mutable_attr())["_output_shapes"].mutable_list();
  for (const std::vector<std::int64_t>& sizes : node.options.output_shapes) {
    proto::TensorShapeProto& shape = *shapes.add_shape();
    for (const std::int64_t size : sizes) shape.add_dim()->set_size(size);
  }
}

// What flows through a pipeline may be anything; a signature has to say what it is.
void fill_arg(const std::string& name, proto::OpDef::ArgDef& arg) {
  arg.set_name(name);
  arg.set_type(proto::DT_VARIANT);
}

}  // namespace

void fill_nodes(const std::vector<BuilderNode>& nodes, proto::GraphDef& graph) {
  std::int64_t arguments = 0;
  std::int64_t results = 0;
  for (const BuilderNode& node : nodes) {
    proto::NodeDef& added = *graph.add_node();
    fill_node(nodes, node, graph_input, added);
    if (node.role == NodeRole::stage) continue;
    std::int64_t& next = node.role == NodeRole::argument ? arguments : results;
    (*added.mutable_attr())["index"].set_i(next++);
  }
}

proto::FunctionDef make_function(std::string_view name, const std::vector<BuilderNode>& nodes) {
  proto::FunctionDef function;
  proto::OpDef& signature = *function.mutable_signature();
  signature.set_name(std::string(name));
  for (const BuilderNode& node : nodes) {
    if (node.role == NodeRole::argument) {
      fill_arg(node.name, *signature.add_input_arg());
      continue;
    }
    proto::NodeDef& added = *function.add_node_def();
    fill_node(nodes, node, function_input, added);
    if (node.role != NodeRole::result) continue;
    // The page marks the node that has the name of an output.
    added.set_op("Identity");
    fill_arg(node.name, *signature.add_output_arg());
    (*function.mutable_ret())[node.name] = node.name + ":output:0";
  }
  return function;
}

}  // namespace opscope::summary
