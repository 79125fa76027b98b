#include "saved_model/loaded_state.h"

#include <algorithm>

#include "core/attrs_proto.h"
#include "graph/concrete.h"
#include "opscope/error.h"
#include "saved_model/bundle_values.h"
#include "saved_model/checkpoint_keys.h"
#include "saved_model/signature_reading.h"

namespace opscope::runtime {
namespace {

// An entry that is missing is damage: the model says that it is there.
Ref<TensorRep> value_of_key(const saved_model::BundleReader& values, const std::string& key) {
  const saved_model::BundleEntry* entry = values.find(key);
  if (entry == nullptr) {
    throw Error(ErrorCode::data_loss, values.prefix() + ".index: no tensor '" + key + "'");
  }
  return read_value(values, *entry).value();
}

proto::TrackableObjectGraph checkpoint_graph(const saved_model::BundleReader& values) {
  proto::TrackableObjectGraph graph;
  const saved_model::BundleEntry* entry = values.find(kObjectGraphKey);
  if (entry == nullptr) return graph;
  const std::vector<std::string> bytes = values.read_strings(*entry).value();
  if (bytes.size() != 1 || !graph.ParseFromString(bytes[0])) {
    throw Error(ErrorCode::data_loss, values.prefix() + ".index: the object graph is damaged");
  }
  return graph;
}

bool is_variable(const proto::NodeDef& node) {
  return node.op() == "VarHandleOp" || node.op() == "VariableV2" || node.op() == "Variable";
}

}  // namespace

LoadedState::LoadedState(const saved_model::ModelGraph& graph, const proto::MetaGraphDef& meta,
                         std::optional<saved_model::BundleReader> values)
    : graph_(graph), meta_(meta), values_(std::move(values)), import_(meta.graph_def()) {
  load_variables();
  find_functions();
  describe_signatures();
}

std::shared_ptr<VariableState> LoadedState::variable_of_key(const std::string& key,
                                                            const std::string& name,
                                                            bool is_trainable) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second.state();
  if (!values_) {
    throw Error(ErrorCode::not_found, graph_.path + ": the model has no values for its variables");
  }
  const Tensor value(value_of_key(*values_, key).leak());
  const auto added =
      by_key_.emplace(key, Variable(value, {.name = name, .trainable = is_trainable}));
  return added.first->second.state();
}

void LoadedState::load_variables() {
  node_keys_ = keys_of_nodes(meta_);
  const proto::SavedObjectGraph& objects = meta_.object_graph_def();
  if (objects.nodes_size() == 0) {
    for (const auto& node : meta_.graph_def().node()) {
      const auto key = node_keys_.find(node.name());
      if (!is_variable(node) || key == node_keys_.end()) continue;
      static_cast<void>(variable_of_key(key->second, node.name(), true));
      variables_.emplace(node.name(), by_key_.at(key->second));
    }
    return;
  }
  if (values_) object_keys_ = keys_of_objects(objects, checkpoint_graph(*values_));
  const std::map<int, std::string> paths = paths_of_objects(objects);
  for (const auto& [id, key] : object_keys_) {
    const proto::SavedVariable& saved = objects.nodes(id).variable();
    const auto path = paths.find(id);
    const std::string name = saved.name().empty() ? key : saved.name();
    static_cast<void>(variable_of_key(key, name, saved.trainable()));
    if (path != paths.end()) variables_.emplace(path->second, by_key_.at(key));
  }
}

void LoadedState::find_functions() {
  const proto::SavedObjectGraph& objects = meta_.object_graph_def();
  for (const auto& [id, path] : paths_of_objects(objects)) {
    const proto::SavedObject& object = objects.nodes(id);
    if (object.has_function()) {
      functions_[path].assign(object.function().concrete_functions().begin(),
                              object.function().concrete_functions().end());
    }
  }
}

void LoadedState::describe_signatures() {
  for (const auto& [name, signature] : meta_.signature_def()) {
    if (name == "__saved_model_init_op") continue;
    LoadedModel::Signature described;
    for (const auto& [key, info] : signature.inputs()) {
      // What is made of several tensors cannot be given here; most signatures do not need it.
      if (!info.name().empty()) described.inputs.push_back(spec_of(key, info));
    }
    for (const auto& [key, info] : signature.outputs()) {
      described.outputs.push_back(spec_of(key, info));
    }
    const auto by_name = [](const TensorSpec& a, const TensorSpec& b) { return a.name < b.name; };
    std::sort(described.inputs.begin(), described.inputs.end(), by_name);
    std::sort(described.outputs.begin(), described.outputs.end(), by_name);
    signatures_.emplace(name, std::move(described));
  }
}

std::vector<std::string> LoadedState::missing_ops() const {
  const std::set<std::string> missing = import_.missing_ops();
  return {missing.begin(), missing.end()};
}

LoadedFunction::Trace LoadedState::describe(const std::string& trace) const {
  const auto saved = meta_.object_graph_def().concrete_functions().find(trace);
  const proto::FunctionDef* function = import_.find(trace);
  if (saved == meta_.object_graph_def().concrete_functions().end() || function == nullptr) {
    throw Error(ErrorCode::data_loss,
                graph_.path + ": the function " + trace + " is named and not there");
  }
  return describe_trace(*function, saved->second);
}

std::vector<BoundInput> LoadedState::bound_inputs(const std::string& trace) {
  const proto::SavedObjectGraph& objects = meta_.object_graph_def();
  std::vector<BoundInput> bound;
  for (const int id : objects.concrete_functions().at(trace).bound_inputs()) {
    if (id < 0 || id >= objects.nodes_size()) {
      throw Error(ErrorCode::data_loss, graph_.path + ": the function " + trace +
                                            " is bound to object " + std::to_string(id) + " of " +
                                            std::to_string(objects.nodes_size()));
    }
    const proto::SavedObject& object = objects.nodes(id);
    BoundInput input;
    if (const auto key = object_keys_.find(id); key != object_keys_.end()) {
      input.variable = by_key_.at(key->second).state();
    } else if (object.has_constant()) {
      input.constant = import_.constant(object.constant().operation());
    } else {
      throw Error(ErrorCode::unimplemented,
                  graph_.path + ": the function " + trace + " is bound to object " +
                      std::to_string(id) + ", which is no variable with a value and no constant");
    }
    bound.push_back(std::move(input));
  }
  return bound;
}

ConcreteFunction LoadedState::concrete(const std::string& trace) {
  const std::lock_guard lock(mutex_);
  if (const auto known = concrete_.find(trace); known != concrete_.end()) return known->second;
  const LoadedFunction::Trace described = describe(trace);
  const auto graph = import_.import_bound(trace, described.inputs, bound_inputs(trace));
  std::any structure;
  const auto& output = meta_.object_graph_def().concrete_functions().at(trace).output_signature();
  if (!output.has_tensor_spec_value()) structure = true;  // more than a Tensor
  const ConcreteFunction function(
      std::make_shared<const ConcreteCore>(graph, described.inputs.size(), std::move(structure)));
  concrete_.emplace(trace, function);
  return function;
}

std::shared_ptr<VariableState> LoadedState::variable_of_node(const std::string& node) {
  const auto key = node_keys_.find(node);
  if (key == node_keys_.end()) {
    throw Error(ErrorCode::failed_precondition,
                graph_.path + ": nothing restores the variable " + node);
  }
  return variable_of_key(key->second, node, true);
}

ConcreteFunction LoadedState::signature_function(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const auto known = signature_functions_.find(name); known != signature_functions_.end()) {
    return known->second;
  }
  const proto::SignatureDef& signature = meta_.signature_def().at(name);
  const LoadedModel::Signature& described = signatures_.at(name);
  std::vector<Feed> feeds;
  for (const TensorSpec& input : described.inputs) {
    feeds.push_back({signature.inputs().at(input.name).name(), input});
  }
  std::vector<std::string> fetches;
  for (const TensorSpec& output : described.outputs) {
    fetches.push_back(signature.outputs().at(output.name).name());
  }
  const auto graph =
      import_.import_top_level("signature_" + name, feeds, fetches,
                               [&](const std::string& node) { return variable_of_node(node); });
  const ConcreteFunction function(
      std::make_shared<const ConcreteCore>(graph, described.inputs.size(), std::any(true)));
  signature_functions_.emplace(name, function);
  return function;
}

}  // namespace opscope::runtime
