#include "graph/export.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/attrs_proto.h"
#include "exec/node_report.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::runtime {
namespace {

constexpr std::int32_t kProducer = 2474;  // what TensorFlow 2.21 writes
constexpr std::int32_t kMinConsumer = 12;
constexpr std::size_t kMostDisplayedBytes = 1024;

Attrs attrs_of(const FuncGraph& graph, const Node& node) {
  std::vector<DType> dtypes;
  for (const Edge input : node.inputs) dtypes.push_back(graph.output(input).dtype);
  return complete_attrs(*node.spec, dtypes, node.attrs, node.name);
}

void write_attrs(const FuncGraph& graph, const Node& node, const ExportOptions& options,
                 proto::NodeDef* out) {
  for (const auto& [name, value] : attrs_of(graph, node)) {
    const bool is_large = options.for_display && node.constant && name == "value" &&
                          node.constant->size_bytes() > kMostDisplayedBytes;
    if (!is_large) attr_to_proto(value, &(*out->mutable_attr())[name]);
  }
  if (!options.for_display) return;
  out->set_device(kCpuDevice);
  proto::AttrValue::ListValue* shapes = (*out->mutable_attr())["_output_shapes"].mutable_list();
  for (const NodeOutput& output : node.outputs) shape_to_proto(output.shape, shapes->add_shape());
}

// Nodes that somebody reads or that have effects; constants made for nothing are left out.
std::vector<char> exported_nodes(const FuncGraph& graph) {
  std::vector<char> is_read(graph.nodes().size(), 0);
  for (const Node& node : graph.nodes()) {
    for (const Edge input : node.inputs) is_read[static_cast<std::size_t>(input.node)] = 1;
  }
  for (const Edge result : graph.results()) is_read[static_cast<std::size_t>(result.node)] = 1;
  for (std::size_t i = 0; i < is_read.size(); ++i) {
    if (!graph.nodes()[i].constant) is_read[i] = 1;
  }
  return is_read;
}

// ---- Top-level graphs ----

std::string top_level_name(const FuncGraph& graph, Edge edge) {
  const std::string& name = graph.node(edge.node).name;
  return edge.output == 0 ? name : name + ":" + std::to_string(edge.output);
}

void write_variable(const VariableCapture& capture, const ExportOptions& options,
                    const std::string& name, proto::NodeDef* out) {
  out->set_name(name);
  out->set_op("VarHandleOp");
  attr_to_proto(capture.variable->dtype(), &(*out->mutable_attr())["dtype"]);
  attr_to_proto(capture.variable->shape(), &(*out->mutable_attr())["shape"]);
  attr_to_proto(name, &(*out->mutable_attr())["shared_name"]);
  attr_to_proto("", &(*out->mutable_attr())["container"]);
  if (!options.for_display) return;
  out->set_device(kCpuDevice);
  (*out->mutable_attr())["_output_shapes"].mutable_list()->add_shape();
}

const VariableCapture* capture_of(const FuncGraph& graph, int node) {
  for (const VariableCapture& capture : graph.captures()) {
    if (capture.node == node) return &capture;
  }
  return nullptr;
}

void write_node(const FuncGraph& graph, int index, const ExportOptions& options,
                proto::NodeDef* out) {
  const Node& node = graph.node(index);
  if (const VariableCapture* capture = capture_of(graph, index)) {
    write_variable(*capture, options, node.name, out);
    return;
  }
  out->set_name(node.name);
  out->set_op(std::string(node.spec->name));
  for (const Edge input : node.inputs) out->add_input(top_level_name(graph, input));
  for (const int control : node.control_inputs) out->add_input("^" + graph.node(control).name);
  write_attrs(graph, node, options, out);
}

// ---- Functions ----

// Argument names as TensorFlow writes them: "d_module_variable".
class FunctionNames {
 public:
  explicit FunctionNames(const FuncGraph& graph) : graph_(graph) {
    for (const Node& node : graph.nodes()) taken_.insert(node.name);
    for (const int argument : graph.arguments()) {
      const std::string& name = graph.node(argument).name;
      arguments_.emplace_back(argument, fresh(clean(name)));
    }
  }

  [[nodiscard]] const std::string* argument(int node) const {
    for (const auto& [index, name] : arguments_) {
      if (index == node) return &name;
    }
    return nullptr;
  }

  // A name like `text` that no node and no argument has.
  std::string fresh(const std::string& text) {
    std::string name = text;
    for (int i = 1; !taken_.insert(name).second; ++i) name = text + "_" + std::to_string(i);
    return name;
  }

  static std::string clean(const std::string& name) {
    std::string text;
    for (const char c : name) {
      const auto byte = static_cast<unsigned char>(c);
      text += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
    }
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) text = "a" + text;
    return text;
  }

  // "node:product:0", or the name of an argument.
  [[nodiscard]] std::string value(Edge edge) const {
    if (const std::string* name = argument(edge.node)) return *name;
    const Node& node = graph_.node(edge.node);
    int index = edge.output;
    std::string_view output = node.spec->outputs[0].name;
    // Every op here has either one variadic output or only single ones.
    if (!node.spec->outputs[0].is_variadic()) {
      output = node.spec->outputs[static_cast<std::size_t>(edge.output)].name;
      index = 0;
    }
    return node.name + ":" + std::string(output) + ":" + std::to_string(index);
  }

 private:
  const FuncGraph& graph_;
  std::set<std::string> taken_;
  std::vector<std::pair<int, std::string>> arguments_;
};

void write_arguments(const FuncGraph& graph, const FunctionNames& names, proto::FunctionDef* out) {
  for (const int index : graph.arguments()) {
    const Node& node = graph.node(index);
    proto::OpDef::ArgDef* argument = out->mutable_signature()->add_input_arg();
    argument->set_name(*names.argument(index));
    argument->set_type(static_cast<proto::DataType>(node.outputs[0].dtype));
    if (const VariableCapture* capture = capture_of(graph, index)) {
      auto* data = argument->add_handle_data();
      data->set_dtype(static_cast<proto::DataType>(capture->variable->dtype()));
      shape_to_proto(capture->variable->shape(), data->mutable_shape());
    }
  }
}

void write_results(const FuncGraph& graph, FunctionNames& names, proto::FunctionDef* out) {
  for (const Edge result : graph.results()) {
    proto::OpDef::ArgDef* argument = out->mutable_signature()->add_output_arg();
    argument->set_name(names.fresh(FunctionNames::clean(graph.node(result.node).name) + "_out"));
    argument->set_type(static_cast<proto::DataType>(graph.output(result).dtype));
    (*out->mutable_ret())[argument->name()] = names.value(result);
  }
}

// Whoever waits for a call waits for its control outputs: for effects, and for reads of variables
// as well, which a write behind the call must not overtake when the call is inlined.
bool is_control_output(const FuncGraph& graph, const Node& node) {
  return node.has_effects || std::any_of(node.inputs.begin(), node.inputs.end(), [&](Edge input) {
           return graph.output(input).dtype == DType::resource;
         });
}

void write_body(const FuncGraph& graph, const FunctionNames& names, const ExportOptions& options,
                proto::FunctionDef* out) {
  const std::vector<char> is_exported = exported_nodes(graph);
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    if (is_exported[i] == 0 || node.spec->name == "Placeholder") continue;
    proto::NodeDef* def = out->add_node_def();
    def->set_name(node.name);
    def->set_op(std::string(node.spec->name));
    for (const Edge input : node.inputs) def->add_input(names.value(input));
    for (const int control : node.control_inputs) def->add_input("^" + graph.node(control).name);
    write_attrs(graph, node, options, def);
    if (!is_control_output(graph, node)) continue;
    out->mutable_signature()->add_control_output(node.name);
    (*out->mutable_control_ret())[node.name] = node.name;
  }
}

void collect_functions(const FuncGraph& graph, std::vector<const FuncGraph*>& out) {
  for (const Node& node : graph.nodes()) {
    for (const auto& inner : node.graphs) {
      if (std::find(out.begin(), out.end(), inner.get()) != out.end()) continue;
      out.push_back(inner.get());
      collect_functions(*inner, out);
    }
  }
}

}  // namespace

proto::GraphDef export_graph(const FuncGraph& graph, const ExportOptions& options) {
  proto::GraphDef out;
  const std::vector<char> is_exported = exported_nodes(graph);
  for (std::size_t i = 0; i < is_exported.size(); ++i) {
    if (is_exported[i] != 0) write_node(graph, static_cast<int>(i), options, out.add_node());
  }
  std::vector<const FuncGraph*> functions;
  collect_functions(graph, functions);
  for (const FuncGraph* function : functions) {
    *out.mutable_library()->add_function() = export_function(*function, options);
  }
  out.mutable_versions()->set_producer(kProducer);
  out.mutable_versions()->set_min_consumer(kMinConsumer);
  return out;
}

proto::FunctionDef export_function(const FuncGraph& graph, const ExportOptions& options) {
  proto::FunctionDef out;
  out.mutable_signature()->set_name(graph.name());
  if (graph.is_stateful()) out.mutable_signature()->set_is_stateful(true);
  FunctionNames names(graph);
  write_arguments(graph, names, &out);
  write_body(graph, names, options, &out);
  write_results(graph, names, &out);
  return out;
}

}  // namespace opscope::runtime
