// Tensors made from C++ values.
#include <cstring>

#include "core/tensor_rep.h"
#include "module/name_stack.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "opscope/runtime/tensor.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {
namespace runtime {

Ref<TensorRep> value_here(Ref<TensorRep> value, Loc loc, std::string_view name) {
  if (!is_tracing()) return value;
  Trace& trace = *current_trace;
  FuncGraph& graph = trace.graph();
  const int node =
      graph.append_constant(std::move(value), graph.unique_name(name_stack().prefixed(name)), loc);
  return trace.symbol(graph, {node, 0});
}

namespace {

void require_count(std::size_t count, const Shape& shape, Loc loc) {
  const std::int64_t wanted = shape.num_elements();
  if (wanted == static_cast<std::int64_t>(count)) return;
  throw Error(ErrorCode::invalid_argument, "constant: " + std::to_string(count) +
                                               " values given for shape " + shape.to_string() +
                                               " at " + describe(loc));
}

}  // namespace

TensorRep* scalar_rep(DType dtype, const void* bytes, Loc loc) {
  Ref<TensorRep> rep = TensorRep::make(dtype, Shape());
  std::memcpy(rep->mutable_raw_data(), bytes, dtype_size(dtype));
  return value_here(std::move(rep), loc).leak();
}

TensorRep* string_scalar_rep(std::string_view text, Loc loc) {
  return value_here(make_scalar(std::string(text)), loc).leak();
}

TensorRep* array_rep(DType dtype, const void* bytes, std::size_t count, const Shape& shape,
                     Loc loc) {
  require_count(count, shape, loc);
  Ref<TensorRep> rep = TensorRep::make(dtype, shape);
  if (count > 0) std::memcpy(rep->mutable_raw_data(), bytes, count * dtype_size(dtype));
  return value_here(std::move(rep), loc).leak();
}

void throw_ragged_rows(Loc loc) {
  throw Error(ErrorCode::invalid_argument,
              "constant: the rows differ in length at " + describe(loc));
}

}  // namespace runtime

Tensor constant(std::span<const std::string> values, const Shape& shape, Loc loc) {
  runtime::require_count(values.size(), shape, loc);
  auto rep = runtime::TensorRep::make(DType::string, shape);
  for (std::size_t i = 0; i < values.size(); ++i) rep->mutable_data<std::string>()[i] = values[i];
  return Tensor(runtime::value_here(std::move(rep), loc).leak());
}

Tensor constant(std::initializer_list<const char*> values, Loc loc) {
  const std::vector<std::string> strings(values.begin(), values.end());
  return constant(std::span<const std::string>(strings),
                  Shape{static_cast<std::int64_t>(strings.size())}, loc);
}

Tensor zeros(const Shape& shape, DType dtype, Loc loc) {
  return Tensor(runtime::value_here(runtime::TensorRep::make_zeros(dtype, shape), loc).leak());
}

Tensor ones(const Shape& shape, DType dtype, Loc loc) {
  return fill(constant(std::vector<std::int64_t>(shape.dims().begin(), shape.dims().end()), loc),
              cast(Operand(1, loc), dtype));
}

Tensor full(const Shape& shape, const Operand& value) {
  const std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  return fill(constant(dims, value.loc()), value);
}

}  // namespace opscope
