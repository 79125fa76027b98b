// Variable: a named value that operations read and assign, in place and in graphs.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/operand.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

namespace runtime {
class VariableState;
}  // namespace runtime

struct VariableOptions {
  std::string name = "Variable";  // put below the current name scope
  bool trainable = true;
};

// A handle: copies are the same variable, as in Python. The data type and shape are those of the
// initial value, for ever.
//
// Inside a traced function reads and assignments become graph nodes on the variable itself, in
// program order; the function sees later assignments from outside. A Variable may be made inside a
// traced function, but only in its first trace (keep it in a std::optional outside); its initial
// value must then not depend on the function's arguments.
//
// Thread rule: reads and assignments may come from any thread; each is one atomic step.
class Variable {
 public:
  explicit Variable(const Tensor& initial_value, const VariableOptions& options = {},
                    Loc loc = Loc::current());

  Variable(const Variable&) = default;
  // Two meanings are possible, another variable or another value: say assign().
  Variable& operator=(const Variable&) = delete;

  [[nodiscard]] Tensor read(Loc loc = Loc::current()) const;
  operator Tensor() const { return read(Loc{}); }  // NOLINT(google-explicit-constructor)

  // A literal takes the variable's data type. Throw invalid_argument for another data type or
  // shape. The variable itself comes back, so that print(v.assign_add(1.f)) shows the new value.
  const Variable& assign(const Operand& value) const;
  const Variable& assign_add(const Operand& delta) const;
  const Variable& assign_sub(const Operand& delta) const;

  // "d_module/Variable:0", as TensorFlow names it.
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] bool trainable() const noexcept;
  [[nodiscard]] DType dtype() const noexcept;
  [[nodiscard]] const Shape& shape() const noexcept;

  // True for handles of the same variable.
  [[nodiscard]] bool is(const Variable& other) const noexcept { return state_ == other.state_; }

  // For the runtime's own code.
  [[nodiscard]] const std::shared_ptr<runtime::VariableState>& state() const noexcept {
    return state_;
  }

  friend Tensor operator+(const Operand& a, const Operand& b);
  friend Tensor operator-(const Operand& a, const Operand& b);
  friend Tensor operator*(const Operand& a, const Operand& b);
  friend Tensor operator/(const Operand& a, const Operand& b);
  friend Tensor operator%(const Operand& a, const Operand& b);
  friend Tensor operator<(const Operand& a, const Operand& b);
  friend Tensor operator<=(const Operand& a, const Operand& b);
  friend Tensor operator>(const Operand& a, const Operand& b);
  friend Tensor operator>=(const Operand& a, const Operand& b);
  friend Tensor operator==(const Operand& a, const Operand& b);
  friend Tensor operator!=(const Operand& a, const Operand& b);

 private:
  std::shared_ptr<runtime::VariableState> state_;
};

// "<tf.Variable 'd_module/Variable:0' shape=() dtype=float32, numpy=6.0>"
std::ostream& operator<<(std::ostream& out, const Variable& variable);
[[nodiscard]] std::string repr(const Variable& variable);

}  // namespace opscope
