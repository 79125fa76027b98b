#include "opscope/runtime/tensor_array.h"

#include <optional>

#include "core/tensor_list.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "opscope/runtime/staging.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::is_tracing;
using runtime::op;
using runtime::OpCall;

namespace {

// The scopes that TensorFlow's TensorArray opens around its nodes; eagerly nothing is named.
class ArrayScope {
 public:
  explicit ArrayScope(const char* name) {
    if (is_tracing()) scope_.emplace(name);
  }

 private:
  std::optional<NameScope> scope_;
};

// As list ops take it: -1 for what is not known.
runtime::Ref<runtime::TensorRep> shape_operand(const Shape& shape) {
  return shape.has_rank() ? runtime::int32_vector(shape.dims()) : runtime::int32_scalar(-1);
}

std::optional<std::int64_t> known_size(const Operand& size) {
  if (size.is_literal()) {
    const auto literal = runtime::Ref<runtime::TensorRep>::adopt(size.literal(DType::int32));
    return *literal->data<std::int32_t>();
  }
  if (is_tracing()) return std::nullopt;
  return Tensor(size.resolve()).item<std::int64_t>();
}

[[noreturn]] void fail(const std::string& message, Loc loc) {
  throw Error(ErrorCode::invalid_argument, "TensorArray: " + message + " at " + describe(loc));
}

DType dtype_or(const Operand& value, DType literal) {
  return value.is_literal() ? literal : value.dtype();
}

// Eagerly, a list that only this array has need not be copied to change an element. False where the
// op must do it: for what a tape records, and for what it refuses.
bool set_in_place(const Tensor& flow, const Operand& index, const Operand& value, DType dtype) {
  const runtime::EagerState& state = runtime::eager_state;
  if (is_tracing() || state.tape != nullptr || state.pending_exit.is_known()) return false;
  if (!flow.has_value() || !flow.rep()->is_dense() || !flow.rep()->is_exclusive()) return false;
  if (!index.is_literal() && index.dtype() != DType::int32) return false;
  auto* list = dynamic_cast<runtime::TensorList*>(
      flow.rep()->mutable_data<runtime::Ref<runtime::Resource>>()->get());
  if (list == nullptr || !list->is_unique()) return false;
  const auto at = identity(index).item<std::int64_t>();
  if (at < 0 || at >= static_cast<std::int64_t>(list->elements.size())) return false;
  auto item = runtime::Ref<runtime::TensorRep>::adopt(value.is_literal() ? value.literal(dtype)
                                                                         : value.resolve());
  if (!list->element_shape.is_compatible_with(item->shape())) return false;
  list->elements[static_cast<std::size_t>(at)] = std::move(item);
  return true;
}

Shape shape_of(const Operand& value) {
  if (value.is_literal()) return Shape();
  return runtime::Ref<runtime::TensorRep>::adopt(value.resolve())->shape();
}

Shape without_first(const Shape& shape) {
  Shape rest = shape;
  if (rest.rank() > 0) rest.remove(0);
  return rest;
}

}  // namespace

TensorArray::TensorArray(DType dtype, const Operand& size, const TensorArrayOptions& options)
    : dtype_(dtype), options_(options) {
  const std::optional<std::int64_t> count = known_size(size);
  if (count && *count < 0) fail("size " + std::to_string(*count) + " is negative", size.loc());
  if (count && !options.dynamic_size) static_size_ = *count;
  flow_ = OpCall(op<"TensorListReserve">(), "TensorArrayV2", size.loc())
              .add_constant(shape_operand(options.element_shape), "element_shape")
              .add(size, DType::int32, "num_elements")
              .attr("element_dtype", dtype)
              .run();
}

// An element is coming: checks it, and learns the shape of all from it.
void TensorArray::accept(DType dtype, const Shape& shape, Loc loc) {
  if (!flow_.has_value()) {
    throw Error(ErrorCode::failed_precondition,
                "a TensorArray without a value is used at " + describe(loc));
  }
  if (dtype != dtype_) {
    fail("dtype is " + std::string(dtype_name(dtype_)) + " but the value written has dtype " +
             std::string(dtype_name(dtype)),
         loc);
  }
  if (!shape.is_compatible_with(options_.element_shape)) {
    fail("Inconsistent shapes: saw " + shape.to_string() + " but expected " +
             options_.element_shape.to_string(),
         loc);
  }
  if (options_.infer_shape) options_.element_shape = options_.element_shape.merge_with(shape);
}

// Eager arrays remember which elements were read.
void TensorArray::note_read(std::int64_t index, Loc loc) const {
  if (index < 0) return;  // the op complains
  const auto at = static_cast<std::size_t>(index);
  if (at < cleared_.size() && cleared_[at]) {
    fail("Could not read index " + std::to_string(index) +
             " twice because it was cleared after a previous read (set clear_after_read = false)",
         loc);
  }
  if (!options_.clear_after_read) return;
  if (at >= cleared_.size()) cleared_.resize(at + 1, false);
  cleared_[at] = true;
}

void TensorArray::note_written(std::int64_t index) const {
  const auto at = static_cast<std::size_t>(index);
  if (index >= 0 && at < cleared_.size()) cleared_[at] = false;
}

Tensor TensorArray::read(const Operand& index) const {
  const ArrayScope scope("TensorArrayV2Read");
  const Tensor item = OpCall(op<"TensorListGetItem">(), "TensorListGetItem", index.loc())
                          .add(Operand(flow_, index.loc()))
                          .add(index, DType::int32, "index")
                          .add_constant(shape_operand(options_.element_shape), "element_shape")
                          .attr("element_dtype", dtype_)
                          .run();
  if (!is_tracing()) note_read(identity(index).item<std::int64_t>(), index.loc());
  return item;
}

TensorArray& TensorArray::write(const Operand& index, const Operand& value) {
  const ArrayScope scope("TensorArrayV2Write");
  const Loc loc = value.loc();
  accept(dtype_or(value, dtype_), shape_of(value), loc);
  if (!set_in_place(flow_, index, value, dtype_)) {
    flow_ = OpCall(op<"TensorListSetItem">(), "TensorListSetItem", loc)
                .add(Operand(flow_, loc))
                .add(index, DType::int32, "index")
                .add(value, dtype_, "item")
                .attr("element_dtype", dtype_)
                .attr("resize_if_index_out_of_bounds", options_.dynamic_size)
                .run();
  }
  if (!is_tracing() && !cleared_.empty()) note_written(identity(index).item<std::int64_t>());
  return *this;
}

Tensor TensorArray::stack(Loc loc) const {
  const ArrayScope scope("TensorArrayV2Stack");
  return OpCall(op<"TensorListStack">(), "TensorListStack", loc)
      .add(Operand(flow_, loc))
      .add_constant(shape_operand(options_.element_shape), "element_shape")
      .attr("element_dtype", dtype_)
      .attr("num_elements", static_size_)
      .run();
}

Tensor TensorArray::concat(Loc loc) const {
  Shape shape = options_.element_shape;
  if (shape.rank() == 0) fail("concat needs elements that are at least vectors", loc);
  if (shape.has_rank()) shape.set_dim(0, kAnyDim);
  std::vector<Tensor> outputs =
      OpCall(op<"TensorListConcatV2">(), "TensorListConcatV2", loc)
          .add(Operand(flow_, loc))
          .add_constant(shape_operand(shape), "element_shape")
          .add_constant(runtime::make_vector<std::int64_t>({}), "leading_dims")
          .attr("element_dtype", dtype_)
          .run_all();
  return outputs.at(0);
}

Tensor TensorArray::gather(const Operand& indices) const {
  const Loc loc = indices.loc();
  const Tensor all = stack(loc);
  if (indices.tensor() != nullptr) return opscope::gather(Operand(all, loc), indices);
  return opscope::gather(Operand(all, loc), Operand(identity(indices), loc));
}

TensorArray& TensorArray::unstack(const Operand& value) {
  const ArrayScope scope("TensorArrayUnstack");
  const Loc loc = value.loc();
  OpCall call(op<"TensorListFromTensor">(), "TensorListFromTensor", loc);
  call.add(value, dtype_, "tensor");
  const Shape& shape = call.input_shape(0);
  if (shape.rank() == 0) fail("a scalar cannot be unstacked", loc);
  accept(dtype_or(value, dtype_), without_first(shape), loc);
  const std::int64_t count = shape.has_rank() ? shape[0] : kAnyDim;
  if (!options_.dynamic_size && static_size_ >= 0 && count > static_size_) {
    fail("Cannot unstack " + std::to_string(count) + " tensors into one of static size " +
             std::to_string(static_size_),
         loc);
  }
  if (!options_.dynamic_size) static_size_ = count;
  flow_ = call.add_constant(shape_operand(without_first(shape)), "element_shape")
              .attr("element_dtype", dtype_)
              .run();
  cleared_.clear();
  return *this;
}

TensorArray& TensorArray::scatter(const Operand& indices, const Operand& value) {
  const Loc loc = value.loc();
  const Tensor at = identity(indices);
  const Tensor slices = identity(value);
  if (slices.shape().rank() == 0) fail("a scalar cannot be scattered", loc);
  accept(slices.dtype(), without_first(slices.shape()), loc);
  const Tensor count = opscope::gather(Operand(shape(Operand(at, loc)), loc), Operand(0, loc));
  for (Tensor i : range(Operand(count, loc))) {
    const Tensor index = opscope::gather(Operand(at, loc), Operand(i, loc));
    const Tensor slice = opscope::gather(Operand(slices, loc), Operand(i, loc));
    write(Operand(index, loc), Operand(slice, loc));
  }
  return *this;
}

std::string TensorArray::signature() const {
  return std::string(dtype_name(dtype_)) + options_.element_shape.to_string() +
         std::to_string(static_size_) + (options_.dynamic_size ? "d" : "") +
         (options_.infer_shape ? "i" : "");
}

Tensor TensorArray::size(Loc loc) const {
  if (static_size_ >= 0) return Tensor(static_cast<std::int32_t>(static_size_), loc);
  return OpCall(op<"TensorListLength">(), "TensorListLength", loc).add(Operand(flow_, loc)).run();
}

}  // namespace opscope
