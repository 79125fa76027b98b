// The objects below a module: modules, variables, and the names under which they hang together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "module/variable_state.h"
#include "opscope/proto/trackable_object_graph.pb.h"
#include "opscope/runtime/module.h"

namespace opscope::runtime {

// The key below which the object graph lies in a checkpoint.
inline constexpr const char* kObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";
inline constexpr const char* kVariableValue = "VARIABLE_VALUE";
inline constexpr const char* kSaveCounter = "save_counter";

struct SavedObject {
  std::vector<std::pair<std::string, int>> children;  // by local name
  std::optional<Variable> variable;                   // else a module
  std::string checkpoint_key;                         // of a variable
  std::string full_name;                              // of a variable, unique: "d_module/Variable"
};

class ObjectTree {
 public:
  // Numbers the objects breadth-first: the root is 0, and the first path to a variable names it.
  explicit ObjectTree(const Module& root);
  // As a checkpoint has it: with a counter below the root, and the module itself below a name where
  // `name` is not empty, as tf.train.Checkpoint(name=module) has it.
  ObjectTree(const Module& module, const std::string& name, const Variable& save_counter);

  [[nodiscard]] const std::vector<SavedObject>& objects() const noexcept { return objects_; }
  // The numbers of the variables, in ascending order.
  [[nodiscard]] std::vector<int> variables() const;
  // -1 for a variable that no module owns.
  [[nodiscard]] int id_of(const VariableState& variable) const noexcept;

  // As a checkpoint has it.
  [[nodiscard]] proto::TrackableObjectGraph checkpoint_graph() const;

 private:
  void add_module(const Module& root, int root_id, const std::string& root_path);
  int add_variable(const Variable& variable, const std::string& path);
  std::string unique_full_name(const Variable& variable);

  std::vector<SavedObject> objects_;
  std::unordered_map<const void*, int> ids_;
  std::unordered_map<std::string, int> full_names_;
};

// "a.b/c" as a part of a checkpoint key: "a..b.Sc".
[[nodiscard]] std::string escape_local_name(const std::string& name);

}  // namespace opscope::runtime
