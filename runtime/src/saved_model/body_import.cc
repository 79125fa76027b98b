#include "saved_model/body_import.h"

#include <algorithm>
#include <charconv>

#include "core/attrs_proto.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

[[noreturn]] void contradiction(const std::string& node, const std::string& what) {
  throw Error(ErrorCode::invalid_argument, "node '" + node + "': " + what);
}

bool to_number(const std::string& text, int& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size();
}

// A node's attributes as far as the op has them; "_x" ones are notes of TensorFlow's.
Attrs read_attrs(const proto::NodeDef& def, const OpSpec& spec) {
  Attrs attrs;
  for (const auto& [name, value] : def.attr()) {
    if (spec.find_attr(name) == nullptr) continue;
    attrs.set(name, attr_from_proto(value));
  }
  return attrs;
}

std::vector<DType> types_of(const Attrs& attrs, std::string_view name) {
  const AttrValue* value = attrs.find(name);
  const auto* types = value == nullptr ? nullptr : value->get_if<std::vector<DType>>();
  return types == nullptr ? std::vector<DType>() : *types;
}

bool is_loop(const Node& node) {
  return node.spec->name == "While" || node.spec->name == "StatelessWhile";
}

bool is_variable_node(const std::string& op) {
  return op == "VarHandleOp" || op == "VariableV2" || op == "Variable";
}

}  // namespace

std::string_view op_here(std::string_view op) { return op == "StatelessCase" ? "Case" : op; }

InputName parse_input(const std::string& text) {
  InputName name;
  name.is_control = !text.empty() && text.front() == '^';
  name.node = name.is_control ? text.substr(1) : text;
  const std::size_t last = name.node.rfind(':');
  if (last == std::string::npos) return name;
  if (!to_number(name.node.substr(last + 1), name.index)) return name;
  name.node.resize(last);
  const std::size_t first = name.node.find(':');
  if (first != std::string::npos) {
    name.output = name.node.substr(first + 1);
    name.node.resize(first);
  }
  return name;
}

const proto::NodeDef& BodyImport::def_of(const std::string& name) const {
  const auto def = defs_.find(name);
  if (def == defs_.end()) contradiction(name, "there is no such node in " + graph_.name());
  return *def->second;
}

// Depth first without recursion: graphs may be deep.
void BodyImport::import(const std::string& name) {
  if (nodes_.contains(name) || edges_.contains(name)) return;
  std::vector<Visit> path{{&def_of(name)}};
  std::set<std::string> open{name};
  while (!path.empty()) {
    Visit& visit = path.back();
    if (visit.next_input == visit.def->input_size()) {
      if (!nodes_.contains(visit.def->name())) append(*visit.def);
      open.erase(visit.def->name());
      path.pop_back();
      continue;
    }
    const std::string& input = visit.def->input(visit.next_input++);
    const InputName from = parse_input(input);
    const bool is_defined =
        edges_.contains(input) || edges_.contains(from.node + ":" + std::to_string(from.index));
    if ((is_defined && !from.is_control) || nodes_.contains(from.node)) continue;
    if (from.is_control && edges_.contains(from.node)) continue;
    if (!open.insert(from.node).second) contradiction(from.node, "it depends on itself");
    path.push_back({&def_of(from.node)});
  }
}

Edge BodyImport::edge(const std::string& input) const {
  if (const auto known = edges_.find(input); known != edges_.end()) return known->second;
  const InputName name = parse_input(input);
  // Feeds are "node:0" although the input may say "node".
  const auto fed = edges_.find(name.node + ":" + std::to_string(name.index));
  if (fed != edges_.end() && name.output.empty()) return fed->second;
  const auto node = nodes_.find(name.node);
  if (node == nodes_.end()) contradiction(name.node, "there is no tensor '" + input + "'");
  const Node& found = graph_.node(node->second);
  int index = name.index;
  if (!name.output.empty()) {
    // Here every op has either one variadic output or only single ones.
    const auto& outputs = found.spec->outputs;
    const auto output = std::find_if(outputs.begin(), outputs.end(),
                                     [&](const ArgSpec& spec) { return spec.name == name.output; });
    if (output == outputs.end()) contradiction(name.node, "it has no output " + name.output);
    if (!output->is_variadic()) index += static_cast<int>(output - outputs.begin());
  }
  if (index < 0 || index >= static_cast<int>(found.outputs.size())) {
    contradiction(name.node, "it has no output number " + std::to_string(index));
  }
  return {node->second, index};
}

void BodyImport::append_variable(const proto::NodeDef& def) {
  if (find_variable_ == nullptr) contradiction(def.name(), "a variable is made in a function");
  const std::shared_ptr<VariableState> variable = (*find_variable_)(def.name());
  const int resource = graph_.capture(variable);
  if (def.op() == "VarHandleOp") {
    nodes_.emplace(def.name(), resource);
    return;
  }
  // A reference variable stands for its value.
  Node read;
  read.spec = &get_op("ReadVariableOp");
  read.name = graph_.unique_name(def.name());
  read.inputs = {{resource, 0}};
  read.attrs = {{"dtype", variable->dtype()}};
  read.outputs = {{variable->dtype(), variable->shape()}};
  const VariableUse use{variable.get(), false};
  nodes_.emplace(def.name(), graph_.append_with_outputs(std::move(read), {&use, 1}));
}

void BodyImport::append(const proto::NodeDef& def) {
  if (is_variable_node(def.op())) return append_variable(def);
  Node node;
  const bool is_named_call = library_.find(def.op()) != nullptr;
  node.spec = &get_op(is_named_call ? "StatefulPartitionedCall" : op_here(def.op()));
  node.name = graph_.unique_name(def.name());
  for (const std::string& input : def.input()) {
    const InputName name = parse_input(input);
    if (!name.is_control) {
      node.inputs.push_back(edge(input));
      continue;
    }
    const auto before = nodes_.find(name.node);
    if (before != nodes_.end()) node.control_inputs.push_back(before->second);
  }
  node.has_effects = kept_.contains(def.name());
  int index = 0;
  try {
    node.attrs = read_attrs(def, *node.spec);
    index = append_node(def, std::move(node));
  } catch (const Error& error) {
    throw Error(error.code(), "node '" + def.name() + "' (" + def.op() + ") of " + graph_.name() +
                                  ": " + error.what());
  }
  nodes_.emplace(def.name(), index);
}

int BodyImport::append_node(const proto::NodeDef& def, Node node) {
  if (node.spec->name == "Const") {
    const AttrValue* value = node.attrs.find("value");
    const auto* tensor = value == nullptr ? nullptr : value->get_if<AttrValue::TensorRef>();
    if (tensor == nullptr) contradiction(def.name(), "a Const without a value");
    return graph_.append_constant(*tensor, node.name, Loc{});
  }
  if (is_control_flow(*node.spec)) {
    add_functions(def, node);
    node.outputs = control_flow_outputs(node);
    const std::vector<VariableUse> uses = variable_uses(node);
    return graph_.append_with_outputs(std::move(node), uses);
  }
  if (node.spec->name == "ReadVariableOp" && node.inputs.size() == 1) {
    const auto type = resource_types_.find(node.inputs[0].node);
    const std::vector<VariableUse> uses = variable_uses(node);
    if (!uses.empty()) {
      node.outputs = {{uses[0].variable->dtype(), uses[0].variable->shape()}};
      const VariableUse read{uses[0].variable, false};
      return graph_.append_with_outputs(std::move(node), {&read, 1});
    }
    if (type != resource_types_.end()) {
      node.outputs = {{type->second.first, type->second.second}};
      return graph_.append_with_outputs(std::move(node));
    }
  }
  if (node.spec->name == "Placeholder") {
    contradiction(def.name(), "the graph needs a value for this placeholder, and none is given");
  }
  return graph_.append(std::move(node));
}

// The captured variables among the inputs. What a function does with them is not looked into.
std::vector<VariableUse> BodyImport::variable_uses(const Node& node) const {
  std::vector<VariableUse> uses;
  for (const Edge input : node.inputs) {
    for (const VariableCapture& capture : graph_.captures()) {
      if (capture.node == input.node) uses.push_back({capture.variable.get(), true});
    }
  }
  return uses;
}

void BodyImport::add_functions(const proto::NodeDef& def, Node& node) {
  std::vector<std::string> names;
  const auto add = [&](const char* attr) {
    const auto value = def.attr().find(attr);
    if (value == def.attr().end()) contradiction(def.name(), std::string("no attribute ") + attr);
    names.push_back(value->second.func().name());
  };
  if (is_loop(node)) {
    add("cond");
    add("body");
  } else if (node.spec->name == "Case") {
    const auto value = def.attr().find("branches");
    if (value != def.attr().end()) {
      for (const auto& branch : value->second.list().func()) names.push_back(branch.name());
    }
    if (names.empty()) contradiction(def.name(), "a Case without branches");
  } else if (node.spec->name == "If" || node.spec->name == "StatelessIf") {
    add("then_branch");
    add("else_branch");
  } else if (library_.find(def.op()) != nullptr) {
    names.push_back(def.op());
    node.attrs.set("f", FunctionName{def.op(), {}});
  } else {
    add("f");
  }
  const bool has_predicate = !is_loop(node) && node.spec->name != "PartitionedCall" &&
                             node.spec->name != "StatefulPartitionedCall";
  for (const std::string& name : names) {
    node.graphs.push_back(library_.import_inner(name));
    const std::vector<int>& arguments = node.graphs.back()->arguments();
    const std::size_t first = has_predicate ? 1 : 0;
    bool fits = arguments.size() + first == node.inputs.size();
    for (std::size_t i = 0; fits && i < arguments.size(); ++i) {
      fits = node.graphs.back()->node(arguments[i]).outputs[0].dtype ==
             graph_.output(node.inputs[i + first]).dtype;
    }
    if (!fits) contradiction(def.name(), "the function " + name + " takes other arguments");
  }
}

std::vector<NodeOutput> BodyImport::control_flow_outputs(const Node& node) const {
  // Of a loop: the condition gives one bool, the body what it takes.
  const std::size_t first = is_loop(node) ? 1 : 0;
  const FuncGraph& like = *node.graphs[first];
  std::vector<NodeOutput> outputs;
  for (const Edge result : like.results()) outputs.push_back(like.output(result));
  if (is_loop(node)) {
    const auto& condition = node.graphs[0]->results();
    if (condition.size() != 1 || node.graphs[0]->output(condition[0]).dtype != DType::boolean ||
        outputs.size() != node.inputs.size()) {
      contradiction(node.name, "the functions of the loop do not fit each other");
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const NodeOutput& before = graph_.output(node.inputs[i]);
      if (before.dtype != outputs[i].dtype)
        contradiction(node.name, "a loop variable changes type");
      outputs[i].shape = outputs[i].shape.relax_with(before.shape);
    }
    return outputs;
  }
  for (const auto& branch : node.graphs) {
    if (branch->results().size() != outputs.size()) {
      contradiction(node.name, "the branches give different numbers of results");
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const NodeOutput& other = branch->output(branch->results()[i]);
      if (other.dtype != outputs[i].dtype) contradiction(node.name, "the branches differ in type");
      outputs[i].shape = outputs[i].shape.relax_with(other.shape);
    }
  }
  const std::vector<DType> declared = types_of(node.attrs, "Tout");
  for (std::size_t i = 0; i < std::min(declared.size(), outputs.size()); ++i) {
    if (declared[i] != outputs[i].dtype) contradiction(node.name, "the function gives other types");
  }
  return outputs;
}

}  // namespace opscope::runtime
