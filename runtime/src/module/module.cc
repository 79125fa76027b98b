#include "opscope/runtime/module.h"

#include <cctype>
#include <unordered_set>

#include "module/name_stack.h"

namespace opscope {

struct Module::State {
  std::string name;
  std::string scope;  // "outer/d_module/", from the top
  std::vector<Variable> variables;
  std::vector<std::shared_ptr<State>> submodules;
  std::function<std::string()> repr;
  bool is_frozen = false;

  // This module and all below it, parents before children.
  static std::vector<std::shared_ptr<State>> all(const std::shared_ptr<State>& state) {
    std::vector<std::shared_ptr<State>> states{state};
    std::unordered_set<const State*> seen{state.get()};
    collect(state, seen, states);
    return states;
  }

  template <typename F>
  static std::vector<Variable> variables_of(const std::vector<std::shared_ptr<State>>& states,
                                            F&& is_wanted) {
    std::vector<Variable> result;
    std::unordered_set<const void*> seen;
    for (const std::shared_ptr<State>& state : states) {
      for (const Variable& variable : state->variables) {
        if (is_wanted(*state, variable) && seen.insert(variable.state().get()).second) {
          result.push_back(variable);
        }
      }
    }
    return result;
  }

  static void collect(const std::shared_ptr<State>& state,
                      std::unordered_set<const State*>& seen_modules,
                      std::vector<std::shared_ptr<State>>& out) {
    const std::size_t before = out.size();
    for (const std::shared_ptr<State>& child : state->submodules) {
      if (seen_modules.insert(child.get()).second) out.push_back(child);
    }
    for (std::size_t i = before, end = out.size(); i < end; ++i) {
      collect(std::shared_ptr<State>(out[i]), seen_modules, out);
    }
  }
};

namespace {

// TensorFlow's camel_to_snake: "DModule" gives "d_module", "MyHTTPLayer" "my_http_layer".
std::string snake_case(std::string_view text) {
  const auto is_upper = [&](std::size_t i) {
    return std::isupper(static_cast<unsigned char>(text[i])) != 0;
  };
  const auto is_lower = [&](std::size_t i) {
    return std::islower(static_cast<unsigned char>(text[i])) != 0;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_word =
        i > 0 && is_upper(i) && (!is_upper(i - 1) || (i + 1 < text.size() && is_lower(i + 1)));
    if (starts_word && result.back() != '_') result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  }
  return result;
}

}  // namespace

Module::Module(std::string_view class_name) : state_(std::make_shared<State>()) {
  state_->name = snake_case(class_name);
  state_->scope = runtime::name_stack().prefixed(state_->name) + "/";
}

Module::Module(ExactName name) : state_(std::make_shared<State>()) {
  state_->name = name.name;
  state_->scope = runtime::name_stack().prefixed(state_->name) + "/";
}

Module::Module(std::shared_ptr<State> state) : state_(std::move(state)) {}

const std::string& Module::name() const noexcept { return state_->name; }

NameScope Module::name_scope() const { return NameScope(state_->scope); }

Variable Module::add_variable(std::string_view name, const Tensor& initial_value, bool trainable) {
  const NameScope scope = name_scope();
  Variable variable(initial_value, {.name = std::string(name), .trainable = trainable});
  track(variable);
  return variable;
}

void Module::track(const Variable& variable) const { state_->variables.push_back(variable); }

void Module::add_submodule(const Module& module) const {
  state_->submodules.push_back(module.state_);
}

const std::vector<Variable>& Module::own_variables() const noexcept { return state_->variables; }

std::vector<Module> Module::own_submodules() const {
  std::vector<Module> result;
  for (const std::shared_ptr<State>& state : state_->submodules) result.push_back(Module(state));
  return result;
}

void Module::add_first_submodule(const Module& module) const {
  state_->submodules.insert(state_->submodules.begin(), module.state_);
}

void Module::set_repr(std::function<std::string()> repr) const { state_->repr = std::move(repr); }

void Module::set_frozen(bool is_frozen) const noexcept { state_->is_frozen = is_frozen; }

std::vector<Variable> Module::variables() const {
  return State::variables_of(State::all(state_),
                             [](const State&, const Variable&) { return true; });
}

std::vector<Variable> Module::trainable_variables() const {
  return State::variables_of(State::all(state_), [](const State& state, const Variable& variable) {
    return !state.is_frozen && variable.trainable();
  });
}

std::vector<Module> Module::submodules() const {
  std::vector<std::shared_ptr<State>> states;
  std::unordered_set<const State*> seen{state_.get()};
  State::collect(state_, seen, states);
  std::vector<Module> result;
  for (std::shared_ptr<State>& state : states) result.push_back(Module(std::move(state)));
  return result;
}

namespace {

// As Python prints a tuple.
template <typename T, typename F>
std::string tuple_text(const std::vector<T>& values, F&& text_of) {
  std::string text = "(";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += ", ";
    text += text_of(values[i]);
  }
  text += values.size() == 1 ? ",)" : ")";
  return text;
}

}  // namespace

std::string repr(const std::vector<Variable>& variables) {
  return tuple_text(variables, [](const Variable& variable) { return repr(variable); });
}

std::string repr(const Module& module) {
  return module.state_->repr ? module.state_->repr() : "<Module '" + module.name() + "'>";
}

std::string repr(const std::vector<Module>& modules) {
  return tuple_text(modules, [](const Module& module) { return repr(module); });
}

}  // namespace opscope
