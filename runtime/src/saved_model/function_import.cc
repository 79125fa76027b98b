#include "saved_model/function_import.h"

#include <algorithm>
#include <array>

#include "core/attrs_proto.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "saved_model/body_import.h"

namespace opscope::runtime {
namespace {

// Ops that the importer or the executor takes care of without a kernel.
constexpr std::array<std::string_view, 5> kWithoutKernel = {"Const", "Placeholder", "VarHandleOp",
                                                            "VariableV2", "Variable"};

constexpr int kMostNesting = 200;  // of functions that call functions

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void require_all_known(const std::string& what, const std::set<std::string>& missing) {
  if (missing.empty()) return;
  throw Error(ErrorCode::unimplemented,
              what + " needs operations that are not known here: " + joined(missing));
}

DType dtype_of_argument(const proto::OpDef::ArgDef& argument) {
  const auto dtype = static_cast<DType>(argument.type());
  return argument.type() < 100 && dtype_name(dtype) != "invalid" ? dtype : DType::invalid;
}

// What a function notes of the shape of an argument; unknown where it does not.
Shape noted_shape(const proto::FunctionDef& function, int index) {
  const auto shapes = function.attr().find("_input_shapes");
  if (shapes == function.attr().end() || index >= shapes->second.list().shape_size()) {
    return Shape::unknown();
  }
  return shape_from_proto(shapes->second.list().shape(index));
}

void note_resource(BodyImport& body, const proto::OpDef::ArgDef& argument, Edge edge) {
  if (argument.handle_data_size() != 1) return;
  const auto& data = argument.handle_data(0);
  body.set_resource_type(edge, static_cast<DType>(data.dtype()), shape_from_proto(data.shape()));
}

// Takes a name out of a set again, also when an import fails.
struct InProgress {
  std::set<std::string>* names;
  const std::string& name;
  ~InProgress() {
    if (names != nullptr) names->erase(name);
  }
};

// Imports the body, whose arguments are defined, and makes its results.
void import_body(const proto::FunctionDef& function, BodyImport& body, FuncGraph& graph) {
  for (const auto& node : function.node_def()) body.add(node);
  for (const auto& [name, node] : function.control_ret()) body.keep(node);
  std::vector<std::string> kept;
  for (const auto& [name, node] : function.control_ret()) kept.push_back(node);
  std::sort(kept.begin(), kept.end());
  for (const std::string& node : kept) body.import(node);
  for (const auto& output : function.signature().output_arg()) {
    const auto result = function.ret().find(output.name());
    if (result == function.ret().end()) {
      throw Error(ErrorCode::invalid_argument,
                  graph.name() + ": the result " + output.name() + " comes from nowhere");
    }
    const InputName name = parse_input(result->second);
    if (name.output.empty()) {
      graph.add_result(body.edge(result->second));  // an argument
      continue;
    }
    body.import(name.node);
    graph.add_result(body.edge(result->second));
  }
}

}  // namespace

bool is_known_op(std::string_view op) {
  const OpSpec* spec = find_op(op_here(op));
  if (std::find(kWithoutKernel.begin(), kWithoutKernel.end(), op) != kWithoutKernel.end()) {
    return true;
  }
  return spec != nullptr && (spec->select != nullptr || is_control_flow(*spec));
}

FunctionImport::FunctionImport(const proto::GraphDef& graph) : graph_(graph) {
  for (const auto& function : graph.library().function()) {
    functions_.emplace(function.signature().name(), &function);
  }
  for (const auto& node : graph.node()) nodes_.emplace(node.name(), &node);
}

const proto::FunctionDef* FunctionImport::find(const std::string& name) const {
  const auto function = functions_.find(name);
  return function == functions_.end() ? nullptr : function->second;
}

Ref<TensorRep> FunctionImport::constant(const std::string& name) const {
  const auto node = nodes_.find(name);
  if (node == nodes_.end() || node->second->op() != "Const") {
    throw Error(ErrorCode::invalid_argument, "node '" + name + "': no constant of this name");
  }
  const auto value = node->second->attr().find("value");
  if (value == node->second->attr().end()) {
    throw Error(ErrorCode::invalid_argument, "node '" + name + "': a Const without a value");
  }
  return tensor_from_proto(value->second.tensor());
}

void FunctionImport::add_missing(const proto::NodeDef& node, std::set<std::string>& missing,
                                 std::set<std::string>& seen) const {
  std::vector<const proto::FunctionDef*> waiting;
  const auto call = [&](const std::string& name) {
    if (!seen.insert(name).second) return;
    if (const proto::FunctionDef* function = find(name)) waiting.push_back(function);
  };
  const auto look_at = [&](const proto::NodeDef& def) {
    if (find(def.op()) != nullptr) {
      call(def.op());
    } else if (!is_known_op(def.op())) {
      missing.insert(def.op());
    }
    for (const auto& [name, attr] : def.attr()) {
      if (attr.has_func()) call(attr.func().name());
      for (const auto& function : attr.list().func()) call(function.name());
    }
  };
  look_at(node);
  while (!waiting.empty()) {
    const proto::FunctionDef* function = waiting.back();
    waiting.pop_back();
    for (const auto& def : function->node_def()) look_at(def);
  }
}

std::set<std::string> FunctionImport::missing_ops() const {
  std::set<std::string> missing = missing_ops(graph_.node());
  for (const auto& [name, function] : functions_) missing.merge(missing_ops(function->node_def()));
  return missing;
}

std::shared_ptr<FuncGraph> FunctionImport::import_bound(const std::string& name,
                                                        const std::vector<TensorSpec>& inputs,
                                                        const std::vector<BoundInput>& bound) {
  const proto::FunctionDef* function = find(name);
  if (function == nullptr) {
    throw Error(ErrorCode::invalid_argument, "the library has no function " + name);
  }
  require_all_known("the function " + name, missing_ops(function->node_def()));
  const auto& arguments = function->signature().input_arg();
  if (static_cast<std::size_t>(arguments.size()) != inputs.size() + bound.size()) {
    throw Error(ErrorCode::invalid_argument,
                "the function " + name + " takes " + std::to_string(arguments.size()) +
                    " arguments, but its description says " + std::to_string(inputs.size()) +
                    " and " + std::to_string(bound.size()) + " that are bound");
  }
  auto graph = std::make_shared<FuncGraph>(name);
  BodyImport body(*this, *graph);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& argument = arguments.Get(static_cast<int>(i));
    const TensorSpec& spec = inputs[i];
    const int node = graph->append_placeholder(
        spec.dtype, spec.shape, spec.name.empty() ? argument.name() : spec.name, Loc{});
    graph->add_argument(node);
    body.define(argument.name(), {node, 0});
  }
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const auto& argument = arguments.Get(static_cast<int>(inputs.size() + i));
    const int node =
        bound[i].variable
            ? graph->capture(bound[i].variable)
            : graph->append_constant(bound[i].constant, graph->unique_name(argument.name()), Loc{});
    body.define(argument.name(), {node, 0});
  }
  import_body(*function, body, *graph);
  for (const VariableCapture& capture : graph->captures()) graph->add_argument(capture.node);
  return graph;
}

std::shared_ptr<const FuncGraph> FunctionImport::import_inner(const std::string& name) {
  if (const auto known = inner_.find(name); known != inner_.end()) return known->second;
  const proto::FunctionDef* function = find(name);
  if (function == nullptr) {
    throw Error(ErrorCode::invalid_argument, "the library has no function " + name);
  }
  const bool is_new = in_progress_.insert(name).second;
  const InProgress in_progress{is_new ? &in_progress_ : nullptr, name};
  if (!is_new || in_progress_.size() > kMostNesting) {
    throw Error(ErrorCode::invalid_argument, "the function " + name + " calls itself");
  }
  auto graph = std::make_shared<FuncGraph>(name);
  BodyImport body(*this, *graph);
  int index = 0;
  for (const auto& argument : function->signature().input_arg()) {
    const int node = graph->append_placeholder(
        dtype_of_argument(argument), noted_shape(*function, index++), argument.name(), Loc{});
    graph->add_argument(node);
    body.define(argument.name(), {node, 0});
    note_resource(body, argument, {node, 0});
  }
  import_body(*function, body, *graph);
  inner_.emplace(name, graph);
  return graph;
}

std::shared_ptr<FuncGraph> FunctionImport::import_top_level(const std::string& name,
                                                            const std::vector<Feed>& feeds,
                                                            const std::vector<std::string>& fetches,
                                                            const FindVariable& find_variable) {
  auto graph = std::make_shared<FuncGraph>(name);
  BodyImport body(*this, *graph);
  body.set_find_variable(&find_variable);
  std::set<std::string> fed;
  for (const Feed& feed : feeds) {
    const int node =
        graph->append_placeholder(feed.spec.dtype, feed.spec.shape, feed.spec.name, Loc{});
    graph->add_argument(node);
    const InputName input = parse_input(feed.tensor);
    body.define(input.node + ":" + std::to_string(input.index), {node, 0});
    fed.insert(input.node);
  }
  // Only what is needed must be known here.
  std::vector<const proto::NodeDef*> waiting;
  std::set<std::string> seen;
  const auto need = [&](const std::string& node) {
    const auto def = nodes_.find(node);
    if (def != nodes_.end() && !fed.contains(node) && seen.insert(node).second) {
      waiting.push_back(def->second);
    }
  };
  for (const std::string& fetch : fetches) need(parse_input(fetch).node);
  std::set<std::string> missing;
  std::set<std::string> seen_functions;
  while (!waiting.empty()) {
    const proto::NodeDef* def = waiting.back();
    waiting.pop_back();
    body.add(*def);
    if (def->op().rfind("Partitioned", 0) == 0 || def->op().rfind("StatefulPart", 0) == 0) {
      body.keep(def->name());
    }
    add_missing(*def, missing, seen_functions);
    for (const std::string& input : def->input()) need(parse_input(input).node);
  }
  require_all_known(name, missing);
  for (const std::string& fetch : fetches) {
    const InputName input = parse_input(fetch);
    if (!fed.contains(input.node)) body.import(input.node);
    graph->add_result(body.edge(fetch));
  }
  for (const VariableCapture& capture : graph->captures()) graph->add_argument(capture.node);
  return graph;
}

}  // namespace opscope::runtime
