// Operand: what operations take, a Tensor, a Variable or a C++ literal, with the line of the call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

class Range;
class Variable;

// A literal takes the data type of the other operand: `x * 2` works for every numeric x, and
// `i / 0.5` for an integer i throws invalid_argument because int32 has no 0.5. An operation all of
// whose operands are literals uses the types that Tensor's constructors give them.
//
// Operands live until the end of the full expression; they borrow the Tensor they were made from.
class Operand {
 public:
  Operand(const Tensor& tensor, Loc loc = Loc::current()) noexcept  // NOLINT
      : kind_(Kind::tensor), loc_(loc), tensor_(&tensor) {}
  // Reads the variable.
  Operand(const Variable& variable, Loc loc = Loc::current());  // NOLINT
  // All values of range(n), as a Tensor.
  Operand(const Range& range, Loc loc = Loc::current());  // NOLINT
  template <Scalar T>
  requires(std::is_arithmetic_v<T>) Operand(T value, Loc loc = Loc::current())
  noexcept  // NOLINT
      : loc_(loc) {
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = Kind::boolean;
      int_ = value ? 1 : 0;
    } else if constexpr (std::is_floating_point_v<T>) {
      kind_ = std::is_same_v<T, float> ? Kind::float32 : Kind::float64;
      double_ = static_cast<double>(value);
    } else {
      kind_ =
          sizeof(T) > 4 || (sizeof(T) == 4 && std::is_unsigned_v<T>) ? Kind::int64 : Kind::int32;
      int_ = static_cast<std::int64_t>(value);
    }
  }
  Operand(std::string_view text, Loc loc = Loc::current()) noexcept  // NOLINT
      : kind_(Kind::string), loc_(loc), text_(text) {}
  Operand(const char* text, Loc loc = Loc::current()) noexcept  // NOLINT
      : Operand(std::string_view(text), loc) {}
  Operand(const std::string& text, Loc loc = Loc::current()) noexcept  // NOLINT
      : Operand(std::string_view(text), loc) {}
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;
  ~Operand() {
    if (kind_ == Kind::owned) runtime::release(owned_);
  }

  [[nodiscard]] Loc loc() const noexcept { return loc_; }
  [[nodiscard]] bool is_literal() const noexcept { return kind_ > Kind::owned; }
  // The handle, when this was made from a Tensor; else null.
  [[nodiscard]] const Tensor* tensor() const noexcept {
    return kind_ == Kind::tensor ? tensor_ : nullptr;
  }

  // For the runtime's own code. The value of a Tensor or Variable, eager or of the current graph,
  // as a reference that the caller owns; null for a literal. Throws as input to an operation does.
  [[nodiscard]] runtime::TensorRep* resolve() const;
  // A literal as a scalar of `dtype` that the caller owns. Throws invalid_argument when that type
  // does not have the value.
  [[nodiscard]] runtime::TensorRep* literal(DType dtype) const;
  // The data type of a Tensor or Variable; of a literal, the type it has alone.
  [[nodiscard]] DType dtype() const;

 private:
  enum class Kind : std::uint8_t { tensor, owned, boolean, int32, int64, float32, float64, string };

  Kind kind_;
  Loc loc_;
  union {
    const Tensor* tensor_;
    runtime::TensorRep* owned_;
    std::int64_t int_;
    double double_;
    std::string_view text_;
  };
};

}  // namespace opscope
