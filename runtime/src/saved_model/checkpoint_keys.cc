#include "saved_model/checkpoint_keys.h"

#include <deque>
#include <set>
#include <unordered_map>

#include "opscope/proto/graph.pb.h"
#include "saved_model/body_import.h"
#include "saved_model/object_tree.h"

namespace opscope::runtime {
namespace {

using Nodes = std::unordered_map<std::string, const proto::NodeDef*>;

template <typename Defs>
Nodes by_name(const Defs& defs) {
  Nodes nodes;
  for (const auto& def : defs) nodes.emplace(def.name(), &def);
  return nodes;
}

// Follows Identity nodes back from an input. Bounded: there may be cycles.
std::string source_of(const Nodes& nodes, std::string input) {
  for (std::size_t i = 0; i <= nodes.size(); ++i) {
    const auto node = nodes.find(parse_input(input).node);
    if (node == nodes.end() || node->second->op() != "Identity" ||
        node->second->input_size() == 0) {
      break;
    }
    input = node->second->input(0);
  }
  return input;
}

// The key that a RestoreV2 output stands for; empty for anything else.
std::string key_of(const Nodes& nodes, const std::string& value) {
  const InputName from = parse_input(source_of(nodes, value));
  const auto restore = nodes.find(from.node);
  if (restore == nodes.end() || restore->second->op() != "RestoreV2" ||
      restore->second->input_size() < 2) {
    return "";
  }
  const auto names = nodes.find(parse_input(restore->second->input(1)).node);
  if (names == nodes.end() || names->second->attr().count("value") == 0) return "";
  const auto& keys = names->second->attr().at("value").tensor().string_val();
  return from.index < keys.size() && from.index >= 0 ? keys.Get(from.index) : "";
}

// Calls found(variable, key) for each assignment of a restored value among the nodes.
template <typename Defs, typename Found>
void each_restored(const Defs& defs, Found&& found) {
  const Nodes nodes = by_name(defs);
  for (const auto& def : defs) {
    if ((def.op() != "AssignVariableOp" && def.op() != "Assign") || def.input_size() < 2) continue;
    const std::string key = key_of(nodes, def.input(1));
    if (!key.empty()) found(source_of(nodes, def.input(0)), key);
  }
}

}  // namespace

std::map<int, std::string> keys_of_objects(const proto::SavedObjectGraph& objects,
                                           const proto::TrackableObjectGraph& checkpoint) {
  std::map<int, std::string> keys;
  if (objects.nodes_size() == 0 || checkpoint.nodes_size() == 0) return keys;
  std::deque<std::pair<int, int>> waiting{{0, 0}};
  std::set<std::pair<int, int>> seen{{0, 0}};
  while (!waiting.empty()) {
    const auto [id, saved_id] = waiting.front();
    waiting.pop_front();
    const auto& object = objects.nodes(id);
    const auto& saved = checkpoint.nodes(saved_id);
    for (const auto& attribute : saved.attributes()) {
      if (object.has_variable() && attribute.name() == kVariableValue) {
        keys.emplace(id, attribute.checkpoint_key());
      }
    }
    std::unordered_map<std::string, int> children;
    for (const auto& child : saved.children()) children[child.local_name()] = child.node_id();
    for (const auto& child : object.children()) {
      const auto match = children.find(child.local_name());
      if (match == children.end()) continue;
      const bool is_inside = child.node_id() >= 0 && child.node_id() < objects.nodes_size() &&
                             match->second >= 0 && match->second < checkpoint.nodes_size();
      if (is_inside && seen.insert({child.node_id(), match->second}).second) {
        waiting.emplace_back(child.node_id(), match->second);
      }
    }
  }
  return keys;
}

std::map<std::string, std::string> keys_of_nodes(const proto::MetaGraphDef& meta) {
  std::map<std::string, std::string> keys;
  const auto& graph = meta.graph_def();
  each_restored(graph.node(), [&](const std::string& variable, const std::string& key) {
    keys.emplace(parse_input(variable).node, key);
  });
  // TensorFlow 2: in the function that the restoring node calls.
  const Nodes nodes = by_name(graph.node());
  const auto call = nodes.find(meta.saver_def().restore_op_name());
  if (call == nodes.end() || call->second->attr().count("f") == 0) return keys;
  const std::string& name = call->second->attr().at("f").func().name();
  for (const auto& function : graph.library().function()) {
    if (function.signature().name() != name) continue;
    std::unordered_map<std::string, std::string> variable_of;
    for (int i = 0; i < function.signature().input_arg_size(); ++i) {
      if (i >= call->second->input_size()) break;
      variable_of[function.signature().input_arg(i).name()] =
          parse_input(call->second->input(i)).node;
    }
    each_restored(function.node_def(), [&](const std::string& argument, const std::string& key) {
      const auto variable = variable_of.find(argument);
      if (variable != variable_of.end()) keys.emplace(variable->second, key);
    });
  }
  return keys;
}

std::map<int, std::string> paths_of_objects(const proto::SavedObjectGraph& objects) {
  std::map<int, std::string> paths;
  if (objects.nodes_size() == 0) return paths;
  paths.emplace(0, "");
  std::deque<int> waiting{0};
  while (!waiting.empty()) {
    const int id = waiting.front();
    waiting.pop_front();
    const std::string prefix = paths.at(id).empty() ? "" : paths.at(id) + "/";
    for (const auto& child : objects.nodes(id).children()) {
      const int to = child.node_id();
      if (to < 0 || to >= objects.nodes_size()) continue;
      if (objects.nodes(to).user_object().identifier() == "signature_map") continue;
      if (paths.emplace(to, prefix + child.local_name()).second) waiting.push_back(to);
    }
  }
  return paths;
}

}  // namespace opscope::runtime
