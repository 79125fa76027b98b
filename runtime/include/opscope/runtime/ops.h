// Operations on tensors, under the names of TensorFlow's Python API. Outside a traced function each
// runs at once; inside it becomes a node of the graph, with TensorFlow's op name and attributes.
//
// All throw opscope::Error: invalid_argument for data types or shapes that do not fit (the message
// holds the op, what was given, and the C++ line), failed_precondition for a Tensor without a value
// or from a trace that has ended. Thread rule: that of Tensor. The operators are in tensor.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/runtime/index.h"
#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/operand.h"
#include "opscope/runtime/ops_array.h"
#include "opscope/runtime/ops_linalg.h"
#include "opscope/runtime/ops_math.h"
#include "opscope/runtime/ops_nn.h"
#include "opscope/runtime/ops_random.h"
#include "opscope/runtime/ops_string.h"
#include "opscope/runtime/ops_training.h"
#include "opscope/runtime/reduce_options.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// ---- Making tensors ----
[[nodiscard]] Tensor zeros(const Shape& shape, DType dtype = DType::float32,
                           Loc loc = Loc::current());
[[nodiscard]] Tensor ones(const Shape& shape, DType dtype = DType::float32,
                          Loc loc = Loc::current());
[[nodiscard]] Tensor full(const Shape& shape, const Operand& value);
[[nodiscard]] Tensor fill(const Operand& dims, const Operand& value);
[[nodiscard]] Tensor zeros_like(const Operand& x);
[[nodiscard]] Tensor ones_like(const Operand& x);
[[nodiscard]] Tensor eye(std::int64_t rows, DType dtype = DType::float32, Loc loc = Loc::current());

// ---- Identity ----
// With a name, the node's name in the graph ("loss").
[[nodiscard]] Tensor identity(const Operand& x, std::string_view name = "Identity");
[[nodiscard]] Tensor stop_gradient(const Operand& x);
[[nodiscard]] Tensor cast(const Operand& x, DType dtype);

// ---- Elementwise arithmetic, with broadcasting ----
[[nodiscard]] Tensor add(const Operand& x, const Operand& y);  // strings are joined
[[nodiscard]] Tensor subtract(const Operand& x, const Operand& y);
[[nodiscard]] Tensor multiply(const Operand& x, const Operand& y);
[[nodiscard]] Tensor divide(const Operand& x, const Operand& y);
[[nodiscard]] Tensor floordiv(const Operand& x, const Operand& y);
[[nodiscard]] Tensor floormod(const Operand& x, const Operand& y);
[[nodiscard]] Tensor pow(const Operand& x, const Operand& y);
[[nodiscard]] Tensor maximum(const Operand& x, const Operand& y);
[[nodiscard]] Tensor minimum(const Operand& x, const Operand& y);
[[nodiscard]] Tensor squared_difference(const Operand& x, const Operand& y);
[[nodiscard]] Tensor add_n(const std::vector<Tensor>& inputs, Loc loc = Loc::current());
[[nodiscard]] Tensor clip_by_value(const Operand& x, const Operand& low, const Operand& high);

[[nodiscard]] Tensor negative(const Operand& x);
[[nodiscard]] Tensor abs(const Operand& x);
[[nodiscard]] Tensor sign(const Operand& x);
[[nodiscard]] Tensor square(const Operand& x);
[[nodiscard]] Tensor sqrt(const Operand& x);
[[nodiscard]] Tensor rsqrt(const Operand& x);
[[nodiscard]] Tensor reciprocal(const Operand& x);
[[nodiscard]] Tensor exp(const Operand& x);
[[nodiscard]] Tensor log(const Operand& x);
[[nodiscard]] Tensor log1p(const Operand& x);
[[nodiscard]] Tensor sin(const Operand& x);
[[nodiscard]] Tensor cos(const Operand& x);
[[nodiscard]] Tensor tanh(const Operand& x);
[[nodiscard]] Tensor sigmoid(const Operand& x);
[[nodiscard]] Tensor erf(const Operand& x);
[[nodiscard]] Tensor floor(const Operand& x);
[[nodiscard]] Tensor ceil(const Operand& x);
[[nodiscard]] Tensor round(const Operand& x);  // halves to even
[[nodiscard]] Tensor is_nan(const Operand& x);
[[nodiscard]] Tensor is_inf(const Operand& x);
[[nodiscard]] Tensor is_finite(const Operand& x);

// ---- Comparison and logic ----
[[nodiscard]] Tensor equal(const Operand& x, const Operand& y);
[[nodiscard]] Tensor not_equal(const Operand& x, const Operand& y);
[[nodiscard]] Tensor less(const Operand& x, const Operand& y);
[[nodiscard]] Tensor less_equal(const Operand& x, const Operand& y);
[[nodiscard]] Tensor greater(const Operand& x, const Operand& y);
[[nodiscard]] Tensor greater_equal(const Operand& x, const Operand& y);
[[nodiscard]] Tensor logical_and(const Operand& x, const Operand& y);
[[nodiscard]] Tensor logical_or(const Operand& x, const Operand& y);
[[nodiscard]] Tensor logical_not(const Operand& x);
// x where the condition holds, else y, elementwise.
[[nodiscard]] Tensor where(const Operand& condition, const Operand& x, const Operand& y);

// ---- Linear algebra ----
struct MatMulOptions {
  bool transpose_a = false;
  bool transpose_b = false;
};
// Matrices, or batches of matrices over the leading dimensions.
[[nodiscard]] Tensor matmul(const Operand& a, const Operand& b, const MatMulOptions& options = {});

// ---- Reductions; without axes over all dimensions ----
[[nodiscard]] Tensor reduce_sum(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_mean(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_prod(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_max(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_min(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_all(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor reduce_any(const Operand& x, const ReduceOptions& options = {});
[[nodiscard]] Tensor argmax(const Operand& x, std::int64_t axis = 0,
                            DType output_type = DType::int64);
[[nodiscard]] Tensor argmin(const Operand& x, std::int64_t axis = 0,
                            DType output_type = DType::int64);

// ---- Shapes ----
[[nodiscard]] Tensor shape(const Operand& x, DType out_type = DType::int32);
[[nodiscard]] Tensor size(const Operand& x, DType out_type = DType::int32);
[[nodiscard]] Tensor rank(const Operand& x);
[[nodiscard]] Tensor reshape(const Operand& x, const Shape& new_shape);  // one kAnyDim is inferred
[[nodiscard]] Tensor reshape(const Operand& x, const Tensor& new_shape);
[[nodiscard]] inline Tensor reshape(const Operand& x,
                                    std::initializer_list<std::int64_t> new_shape) {
  return reshape(x, Shape(new_shape));
}
[[nodiscard]] Tensor transpose(const Operand& x, std::optional<Axes> perm = std::nullopt);
[[nodiscard]] Tensor expand_dims(const Operand& x, std::int64_t axis);
[[nodiscard]] Tensor squeeze(const Operand& x, const Axes& axes = {});
[[nodiscard]] Tensor broadcast_to(const Operand& x, const Shape& new_shape);
[[nodiscard]] Tensor broadcast_to(const Operand& x, const Tensor& new_shape);
[[nodiscard]] inline Tensor broadcast_to(const Operand& x,
                                         std::initializer_list<std::int64_t> new_shape) {
  return broadcast_to(x, Shape(new_shape));
}
[[nodiscard]] Tensor tile(const Operand& x, const std::vector<std::int64_t>& multiples);
[[nodiscard]] inline Tensor tile(const Operand& x, std::initializer_list<std::int64_t> multiples) {
  return tile(x, std::vector<std::int64_t>(multiples));
}

// ---- Parts of tensors ----
[[nodiscard]] Tensor concat(const std::vector<Tensor>& values, std::int64_t axis,
                            Loc loc = Loc::current());
[[nodiscard]] Tensor stack(const std::vector<Tensor>& values, std::int64_t axis = 0,
                           Loc loc = Loc::current());
// The dimension must be known while tracing.
[[nodiscard]] std::vector<Tensor> unstack(const Operand& value, std::int64_t axis = 0);
[[nodiscard]] std::vector<Tensor> split(const Operand& value, std::int64_t count,
                                        std::int64_t axis = 0);
// A size of -1 means all that remains.
[[nodiscard]] Tensor slice(const Operand& x, const std::vector<std::int64_t>& begin,
                           const std::vector<std::int64_t>& sizes);
[[nodiscard]] Tensor slice(const Operand& x, const Tensor& begin, const Tensor& sizes);
[[nodiscard]] inline Tensor slice(const Operand& x, std::initializer_list<std::int64_t> begin,
                                  std::initializer_list<std::int64_t> sizes) {
  return slice(x, std::vector<std::int64_t>(begin), std::vector<std::int64_t>(sizes));
}
[[nodiscard]] Tensor gather(const Operand& params, const Operand& indices, std::int64_t axis = 0);
[[nodiscard]] Tensor one_hot(const Operand& indices, std::int32_t depth,
                             DType dtype = DType::float32);

// ---- Strings ----
[[nodiscard]] Tensor as_string(const Operand& x);
[[nodiscard]] Tensor string_join(const std::vector<Tensor>& inputs, std::string_view separator = "",
                                 Loc loc = Loc::current());
[[nodiscard]] Tensor string_length(const Operand& x);
// Replaces each "{}" by the next tensor, printed as print() does.
[[nodiscard]] Tensor string_format(std::string_view pattern, const std::vector<Tensor>& inputs,
                                   Loc loc = Loc::current());

// ---- Neural networks ----
[[nodiscard]] Tensor relu(const Operand& x);
[[nodiscard]] Tensor softplus(const Operand& x);
[[nodiscard]] Tensor softmax(const Operand& logits);
[[nodiscard]] Tensor log_softmax(const Operand& logits);
[[nodiscard]] Tensor bias_add(const Operand& value, const Operand& bias);
// One loss per row. Labels are class indices [N], or probabilities [N, classes].
[[nodiscard]] Tensor sparse_softmax_cross_entropy_with_logits(const Operand& labels,
                                                              const Operand& logits);
[[nodiscard]] Tensor softmax_cross_entropy_with_logits(const Operand& labels,
                                                       const Operand& logits);

// ---- Random numbers ----
// Stateful: each run gives new numbers. The same nonzero seeds give TensorFlow's sequence.
struct RandomOptions {
  DType dtype = DType::float32;
  std::int64_t seed = 0;
};
[[nodiscard]] Tensor random_normal(const Shape& shape, const RandomOptions& options = {},
                                   Loc loc = Loc::current());
[[nodiscard]] Tensor random_uniform(const Shape& shape, const RandomOptions& options = {},
                                    Loc loc = Loc::current());
// Stateless: the numbers of tf.random.stateless_uniform/normal for the seed pair.
[[nodiscard]] Tensor stateless_random_uniform(const Shape& shape,
                                              std::initializer_list<std::int64_t> seed,
                                              DType dtype = DType::float32,
                                              Loc loc = Loc::current());
[[nodiscard]] Tensor stateless_random_normal(const Shape& shape,
                                             std::initializer_list<std::int64_t> seed,
                                             DType dtype = DType::float32,
                                             Loc loc = Loc::current());

// ---- Printing and checking; in a graph they run in program order ----
struct PrintOptions {
  std::string_view output_stream = "stderr";  // or "stdout", "log(info)", "file:///path"
  std::string_view end = "\n";
  std::int64_t summarize = 3;  // elements at each end of a dimension; -1: all
};
// tf.print: the parts with spaces between them; C++ literals become part of the text.
template <typename... Parts>
void print(const Operand& first, const Parts&... rest);
// print({.output_stream = "stdout"}, "x =", x);
template <typename... Parts>
void print(const PrintOptions& options, const Operand& first, const Parts&... rest);
// Throws invalid_argument with the data, at once or when the graph runs, if the condition is false.
void assert_true(const Operand& condition, const std::vector<Tensor>& data = {});

// ---- Implementation ----

namespace runtime {
void print_parts(const PrintOptions& options, std::span<const Operand* const> parts);
}  // namespace runtime

template <typename... Parts>
void print(const PrintOptions& options, const Operand& first, const Parts&... rest) {
  const std::array<Operand, sizeof...(Parts)> others{Operand(rest, first.loc())...};
  std::array<const Operand*, 1 + sizeof...(Parts)> parts{&first};
  for (std::size_t i = 0; i < others.size(); ++i) parts[i + 1] = &others[i];
  runtime::print_parts(options, parts);
}

template <typename... Parts>
void print(const Operand& first, const Parts&... rest) {
  print(PrintOptions{}, first, rest...);
}

}  // namespace opscope
