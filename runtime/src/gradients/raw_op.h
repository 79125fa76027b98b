// Operations by TensorFlow's op names, for gradients: most have no other way to be said.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "gradients/registry.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {

using AttrList = std::vector<AttrEntry>;

// Borrows a Tensor, also a temporary one, for the length of a call.
struct TensorRef {
  TensorRef(const Tensor& borrowed) noexcept : tensor(borrowed) {}  // NOLINT
  const Tensor& tensor;
};

[[nodiscard]] OpCall prepare(const OpSpec& spec, std::string_view name,
                             std::initializer_list<TensorRef> inputs, const AttrList& attrs);

// The first output; all outputs.
template <OpName kName>
[[nodiscard]] Tensor raw(std::initializer_list<TensorRef> inputs, const AttrList& attrs = {}) {
  return prepare(op<kName>(), kName.chars.data(), inputs, attrs).run();
}
template <OpName kName>
[[nodiscard]] std::vector<Tensor> raw_all(std::initializer_list<TensorRef> inputs,
                                          const AttrList& attrs = {}) {
  return prepare(op<kName>(), kName.chars.data(), inputs, attrs).run_all();
}

[[nodiscard]] Tensor ints(const std::vector<std::int64_t>& values);  // an int32 vector
[[nodiscard]] Tensor int_value(std::int64_t value);                  // an int32 scalar
// The integers of a Tensor that is known while tracing.
[[nodiscard]] std::optional<std::vector<std::int64_t>> known_ints(const Tensor& tensor);
// As above; throws unimplemented, naming the op, if they are not known.
[[nodiscard]] std::vector<std::int64_t> required_ints(const GradientCall& call, std::size_t input);

// The shape as an int32 vector: a constant if it is known.
[[nodiscard]] Tensor shape_vector(const Tensor& x);
[[nodiscard]] Tensor reshape_like(const Tensor& x, const Tensor& like);
[[nodiscard]] Tensor broadcast_like(const Tensor& x, const Tensor& like);
// `gradient`, of the broadcast shape of x and y, summed back to the shape of x.
[[nodiscard]] Tensor sum_to_shape(const Tensor& gradient, const Tensor& x, const Tensor& y);
[[nodiscard]] Tensor sum_over(const Tensor& x, const Tensor& axes, bool keep_dims = false);
// Throws invalid_argument, naming the op, if the rank is not known while tracing.
[[nodiscard]] int required_rank(const GradientCall& call, const Tensor& x);

}  // namespace opscope::runtime
