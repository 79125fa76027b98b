#include "ops/strided_slice.h"

#include <cstring>

#include "kernels/kernel_inputs.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// begin, end and strides are inputs `first`, first + 1 and first + 2.
StridedSlicePlan read_plan(const KernelContext& context, const Shape& shape, std::size_t first) {
  const IntList begin = read_ints(context, first);
  const IntList end = read_ints(context, first + 1);
  const IntList strides = read_ints(context, first + 2);
  for (std::size_t i = first; i < first + 3; ++i) {
    if (context.input(i).rank() != 1 ||
        context.input(i).num_elements() != context.input(first).num_elements()) {
      context.invalid("Expected begin, end, and strides to be 1D equal size tensors");
    }
  }
  StridedSlicePlan plan = plan_strided_slice(shape, begin.span(), end.span(), strides.span(),
                                             {.begin = context.attr_int("begin_mask"),
                                              .end = context.attr_int("end_mask"),
                                              .ellipsis = context.attr_int("ellipsis_mask"),
                                              .new_axis = context.attr_int("new_axis_mask"),
                                              .shrink_axis = context.attr_int("shrink_axis_mask")});
  if (!plan.error.empty()) context.invalid(plan.error);
  return plan;
}

// The strides of the selected elements in the whole tensor, and where the first one is.
std::int64_t selected(const StridedSlicePlan& plan, const Shape& whole, IntList& strides) {
  const auto dense = dense_strides(whole);
  std::int64_t offset = 0;
  for (std::size_t d = 0; d < dense.size(); ++d) {
    const StridedSliceDim& dim = plan.dims[d];
    strides.push_back(dim.count > 1 ? dense[d] * dim.stride : 0);
    offset += dim.begin * dense[d];
  }
  return offset;
}

void strided_slice(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const StridedSlicePlan plan = read_plan(context, in.shape(), 1);
  if (plan.processed_shape.num_elements() == 0) {
    context.allocate_output(0, in.dtype(), plan.final_shape);
    return;
  }
  IntList strides;
  const std::int64_t offset = selected(plan, in.shape(), strides);
  const auto out_strides = dense_strides(plan.processed_shape);
  CopyDims dims;
  bool contiguous = true;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    const std::int64_t count = plan.dims[d].count;
    dims.push_back({count, strides[d], out_strides[d]});
    contiguous = contiguous && (count == 1 || strides[d] == out_strides[d]);
  }
  if (contiguous) {
    context.set_output(0, TensorRep::make_slice(in, offset, plan.final_shape));
    return;
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), plan.final_shape);
  strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), offset), out.mutable_raw_data(),
               dims.span(), context.pool());
}

void strided_slice_grad(KernelContext& context) {
  const Shape shape = read_shape(context, 0);
  const TensorRep& dy = context.input(4);
  const StridedSlicePlan plan = read_plan(context, shape, 1);
  if (plan.final_shape != dy.shape()) {
    context.invalid("shape of dy was " + dy.shape().to_bracket_string() + " instead of " +
                    plan.final_shape.to_bracket_string());
  }
  Ref<TensorRep> out = TensorRep::make_zeros(dy.dtype(), shape);
  if (dy.num_elements() > 0) {
    IntList strides;
    const std::int64_t offset = selected(plan, shape, strides);
    const auto dy_strides = dense_strides(plan.processed_shape);
    CopyDims dims;
    for (std::size_t d = 0; d < strides.size(); ++d) {
      dims.push_back({plan.dims[d].count, dy_strides[d], strides[d]});
    }
    strided_copy(dy.dtype(), dy.raw_data(), element_at(out->mutable_raw_data(), dy.dtype(), offset),
                 dims.span(), context.pool());
  }
  context.set_output(0, std::move(out));
}

constexpr KernelBinding kBindings[] = {
    {"StridedSlice", [](const KernelKey&) -> Kernel { return strided_slice; }},
    {"StridedSliceGrad", [](const KernelKey&) -> Kernel { return strided_slice_grad; }},
};
}  // namespace

KernelBindings strided_slice_kernels() { return kBindings; }

}  // namespace opscope::runtime
