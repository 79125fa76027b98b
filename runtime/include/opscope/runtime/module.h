// Module: something that owns and names Variables and other Modules.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/variable.h"

namespace opscope {

// Derive from it, make variables by add_variable() and register member modules by add_module():
//
//   class Scale : public Module {
//    public:
//     Scale() : Module("Scale"), gain_(add_variable("gain", full({4}, 2.0f))) {}
//     Tensor operator()(const Tensor& x) const { return x * gain_; }
//    private:
//     Variable gain_;
//   };
//
// A handle: copies share name, variables and submodules, as references do in Python.
// Thread rule: adding is not safe while another thread uses the module; reading is.
class Module {
 public:
  // The name in graphs, from a class name as in TensorFlow: "DModule" gives "d_module".
  explicit Module(std::string_view class_name);

  [[nodiscard]] const std::string& name() const noexcept;

  // Opens the module's scope, for example in a call: `const NameScope scope = name_scope();`
  [[nodiscard]] NameScope name_scope() const;

  // All variables, those of submodules after the module's own, each once, in order of creation.
  [[nodiscard]] std::vector<Variable> variables() const;
  [[nodiscard]] std::vector<Variable> trainable_variables() const;

  // The variables and modules that were added to this module itself.
  [[nodiscard]] const std::vector<Variable>& own_variables() const noexcept;
  [[nodiscard]] std::vector<Module> own_submodules() const;
  // Equal for handles of the same module. Not `identity`, which would hide the op inside modules.
  [[nodiscard]] const void* module_id() const noexcept { return state_.get(); }

  // All modules below this one, parents before children, each once.
  [[nodiscard]] std::vector<Module> submodules() const;

 protected:
  // A name to be taken as it is.
  struct ExactName {
    std::string_view name;
  };
  explicit Module(ExactName name);

  // What repr() shows of it instead of "<Module 'name'>".
  void set_repr(std::function<std::string()> repr) const;
  // trainable_variables() of any module leave out the variables of this one (not of those below).
  void set_frozen(bool is_frozen) const noexcept;

  // Makes a variable named "<module>/<name>:0".
  Variable add_variable(std::string_view name, const Tensor& initial_value, bool trainable = true);
  // As tf.Variable without a name: "<module>/Variable:0".
  Variable add_variable(const Tensor& initial_value) {
    return add_variable("Variable", initial_value);
  }
  // Makes `variable` one of this module's.
  void track(const Variable& variable) const;
  // Makes `module` a submodule. Gives it back, so that members can be initialized by it.
  template <typename M>
  M add_module(M module) {
    add_submodule(module);
    return module;
  }
  void add_submodule(const Module& module) const;
  void add_first_submodule(const Module& module) const;

 private:
  struct State;
  explicit Module(std::shared_ptr<State> state);
  friend std::string repr(const Module& module);

  std::shared_ptr<State> state_;
};

// "(<tf.Variable ...>, <tf.Variable ...>)": a tuple, as Python prints it.
[[nodiscard]] std::string repr(const std::vector<Variable>& variables);
// "<Module 'dense'>".
[[nodiscard]] std::string repr(const Module& module);
// "(<Module 'dense'>,)"; "()" when there is none.
[[nodiscard]] std::string repr(const std::vector<Module>& modules);

}  // namespace opscope
