// One operation of the public API: runs it now, or appends its node to the graph being traced.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "ops/op_spec.h"
#include "opscope/error.h"
#include "opscope/runtime/operand.h"
#include "opscope/runtime/tensor.h"

namespace opscope {
class Variable;
}  // namespace opscope

namespace opscope::runtime {

// The spec of an op named at compile time, looked up once: op<"AddV2">().
template <std::size_t N>
struct OpName {
  consteval OpName(const char (&text)[N]) {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < N; ++i) chars[i] = text[i];
  }
  std::array<char, N> chars{};
};
[[nodiscard]] const OpSpec& require_op(const char* name);
template <OpName kName>
[[nodiscard]] const OpSpec& op() {
  static const OpSpec& spec = require_op(kName.chars.data());
  return spec;
}

class OpCall {
 public:
  // `name` is the node's name in graphs before it is made unique; that of a NameScope, with its
  // final slash, is taken as it is.
  OpCall(const OpSpec& spec, std::string_view name, Loc loc);

  // A literal becomes a constant named "<node>/<literal_name>" of type `dtype`.
  OpCall& add(const Operand& operand, DType dtype, std::string_view literal_name);
  // A literal has the type it has alone.
  OpCall& add(const Operand& operand) { return add(operand, operand.dtype(), "x"); }
  OpCall& add(const Tensor& tensor);
  OpCall& add_constant(Ref<TensorRep> value, std::string_view name);
  // A value of the current graph, or an eager one.
  OpCall& add_resolved(Ref<TensorRep> value) {
    inputs_.push_back(std::move(value));
    return *this;
  }
  // The axes of all dimensions of the first input, for reductions.
  OpCall& add_all_axes();
  OpCall& attr(std::string_view name, AttrValue value);

  [[nodiscard]] const Shape& input_shape(std::size_t i) const { return inputs_[i]->shape(); }

  [[nodiscard]] Tensor run();
  [[nodiscard]] std::vector<Tensor> run_all();
  void run_without_result();

 private:
  std::vector<Ref<TensorRep>> execute();

  const OpSpec& spec_;
  Loc loc_;
  std::string node_name_;  // tracing only
  std::vector<Ref<TensorRep>> inputs_;
  Attrs attrs_;
};

[[nodiscard]] Tensor unary(const OpSpec& spec, std::string_view name, const Operand& x);
// A literal takes the other operand's data type.
[[nodiscard]] Tensor binary(const OpSpec& spec, std::string_view name, const Operand& a,
                            const Operand& b);

// The value itself, or a Const node of the graph being traced.
[[nodiscard]] Ref<TensorRep> value_here(Ref<TensorRep> value, Loc loc,
                                        std::string_view name = "Const");

// The values of an eager Tensor; throws failed_precondition when there are none.
[[nodiscard]] Ref<TensorRep> eager_value(const Tensor& tensor, Loc loc);

// A handle of its own, which outlives the operand.
[[nodiscard]] Tensor tensor_of(const Operand& x);
// A scalar of `dtype`, while tracing a Const node of that name.
[[nodiscard]] Tensor scalar_of(const Operand& literal, DType dtype,
                               std::string_view name = "Const");
// Throws invalid_argument with the place.
[[noreturn]] void refuse(const std::string& message, Loc loc);

// int32 or int64 constants for shapes, axes and the like.
[[nodiscard]] Ref<TensorRep> int32_vector(std::span<const std::int64_t> values);
[[nodiscard]] Ref<TensorRep> int32_scalar(std::int64_t value);

[[nodiscard]] Tensor read_eager(const Variable& variable);
void update_variable(std::string_view op_name, const Variable& variable, const Operand& value);

// "message at model.cc:12 `y = x + z`" for an error of an operation made there.
[[nodiscard]] Error with_place(const Error& error, Loc loc);

}  // namespace opscope::runtime
