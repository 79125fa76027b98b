#include "saved_model/object_tree.h"

#include <deque>
#include <set>

namespace opscope::runtime {
namespace {

// The last part of "outer/dense/kernel:0".
std::string last_part(const std::string& name) {
  const std::string plain = name.substr(0, name.rfind(':'));
  return plain.substr(plain.rfind('/') + 1);
}

class LocalNames {
 public:
  std::string unique(const std::string& name) {
    std::string candidate = name;
    for (int i = 1; !taken_.insert(candidate).second; ++i)
      candidate = name + "_" + std::to_string(i);
    return candidate;
  }

 private:
  std::set<std::string> taken_;
};

}  // namespace

std::string escape_local_name(const std::string& name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '.') {
      escaped += "..";
    } else if (c == '/') {
      escaped += ".S";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

ObjectTree::ObjectTree(const Module& root) {
  objects_.emplace_back();
  add_module(root, 0, "");
}

ObjectTree::ObjectTree(const Module& module, const std::string& name,
                       const Variable& save_counter) {
  objects_.emplace_back();
  if (name.empty()) {
    add_module(module, 0, "");
  } else {
    objects_.emplace_back();
    objects_[0].children.emplace_back(name, 1);
    add_module(module, 1, escape_local_name(name) + "/");
  }
  const int counter = add_variable(save_counter, kSaveCounter);
  objects_[0].children.emplace_back(kSaveCounter, counter);
}

void ObjectTree::add_module(const Module& root, int root_id, const std::string& root_path) {
  struct Waiting {
    Module module;
    int id;
    std::string path;  // "a/b/"
  };
  ids_[root.module_id()] = root_id;
  std::deque<Waiting> waiting{{root, root_id, root_path}};
  while (!waiting.empty()) {
    const Waiting current = std::move(waiting.front());
    waiting.pop_front();
    LocalNames names;
    std::vector<std::pair<std::string, int>> children;
    for (const Variable& variable : current.module.own_variables()) {
      const std::string name = names.unique(last_part(variable.name()));
      children.emplace_back(name, add_variable(variable, current.path + escape_local_name(name)));
    }
    for (const Module& module : current.module.own_submodules()) {
      const std::string name = names.unique(module.name());
      const auto [known, is_new] =
          ids_.emplace(module.module_id(), static_cast<int>(objects_.size()));
      children.emplace_back(name, known->second);
      if (!is_new) continue;
      objects_.emplace_back();
      waiting.push_back({module, known->second, current.path + escape_local_name(name) + "/"});
    }
    objects_[static_cast<std::size_t>(current.id)].children = std::move(children);
  }
}

int ObjectTree::add_variable(const Variable& variable, const std::string& path) {
  const auto [known, is_new] =
      ids_.emplace(variable.state().get(), static_cast<int>(objects_.size()));
  if (is_new) {
    SavedObject object;
    object.variable.emplace(variable);
    object.checkpoint_key = path + "/.ATTRIBUTES/" + kVariableValue;
    object.full_name = unique_full_name(variable);
    objects_.push_back(std::move(object));
  }
  return known->second;
}

std::string ObjectTree::unique_full_name(const Variable& variable) {
  const std::string& name = variable.state()->name();
  const int count = full_names_[name]++;
  if (count == 0) return name;
  const std::string candidate = name + "_" + std::to_string(count);
  return full_names_[candidate]++ == 0 ? candidate : unique_full_name(variable);
}

std::vector<int> ObjectTree::variables() const {
  std::vector<int> ids;
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (objects_[i].variable) ids.push_back(static_cast<int>(i));
  }
  return ids;
}

int ObjectTree::id_of(const VariableState& variable) const noexcept {
  const auto known = ids_.find(&variable);
  return known == ids_.end() ? -1 : known->second;
}

proto::TrackableObjectGraph ObjectTree::checkpoint_graph() const {
  proto::TrackableObjectGraph graph;
  for (const SavedObject& object : objects_) {
    auto* node = graph.add_nodes();
    for (const auto& [name, id] : object.children) {
      auto* child = node->add_children();
      child->set_node_id(id);
      child->set_local_name(name);
    }
    node->mutable_has_checkpoint_values()->set_value(true);
    if (!object.variable) continue;
    auto* attribute = node->add_attributes();
    attribute->set_name(kVariableValue);
    attribute->set_full_name(object.full_name);
    attribute->set_checkpoint_key(object.checkpoint_key);
  }
  return graph;
}

}  // namespace opscope::runtime
