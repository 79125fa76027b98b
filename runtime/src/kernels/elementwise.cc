#include "kernels/elementwise.h"

#include "kernels/broadcast.h"

namespace opscope::runtime {
namespace {
const std::byte* at(const TensorRep& tensor, std::int64_t element, std::size_t size) {
  return static_cast<const std::byte*>(tensor.raw_data()) +
         element * static_cast<std::int64_t>(size);
}

void run_rows(KernelContext& context, BinaryLoop loop, const Shape& shape, DType out_dtype,
              double cost) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  const BroadcastPlan<2> plan(shape, {&a.shape(), &b.shape()});
  TensorRep& out = a.shape() == shape
                       ? context.forward_or_allocate(0, 0, out_dtype, shape)
                       : (b.shape() == shape ? context.forward_or_allocate(1, 0, out_dtype, shape)
                                             : context.allocate_output(0, out_dtype, shape));
  if (out.num_elements() == 0) return;
  const std::size_t in_size = dtype_size(a.dtype());
  const std::size_t out_size = dtype_size(out_dtype);
  const std::int64_t row = plan.row_size();
  const auto strides = plan.row_strides();
  const Repeat repeat = strides[0] == 0   ? Repeat::left
                        : strides[1] == 0 ? Repeat::right
                                          : Repeat::none;
  auto* result = static_cast<std::byte*>(out.mutable_raw_data());
  parallel_for(context.pool(), plan.num_rows(), cost * static_cast<double>(row) + 5,
               [&](std::int64_t begin, std::int64_t end) {
                 RowWalker<2> walker(plan, begin);
                 for (std::int64_t r = begin; r < end; ++r, walker.next()) {
                   loop(at(a, walker.offset(0), in_size), at(b, walker.offset(1), in_size),
                        result + r * row * static_cast<std::int64_t>(out_size), row, repeat);
                 }
               });
}
}  // namespace

void run_binary(KernelContext& context, BinaryLoop loop, DType out_dtype, double cost) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  const bool same = a.shape() == b.shape();
  if (!same && a.rank() != 0 && b.rank() != 0) {
    Shape shape;
    try {
      shape = broadcast_shapes(a.shape(), b.shape());
    } catch (const Error& error) {
      context.invalid(error.what());
    }
    run_rows(context, loop, shape, out_dtype, cost);
    return;
  }
  const Repeat repeat = same ? Repeat::none : (a.rank() == 0 ? Repeat::left : Repeat::right);
  const std::size_t largest = repeat == Repeat::left ? 1 : 0;
  const Shape& shape = context.input(largest).shape();
  std::size_t from = largest;
  if (same && ((&a != &b) && !a.is_exclusive())) from = 1;
  const Shape out_shape = shape;
  TensorRep& out = context.forward_or_allocate(from, 0, out_dtype, out_shape);
  const std::int64_t n = out.num_elements();
  if (n == 1) {
    loop(a.raw_data(), b.raw_data(), out.mutable_raw_data(), 1, Repeat::none);
    return;
  }
  const std::size_t in_size = dtype_size(a.dtype());
  const std::size_t out_size = dtype_size(out_dtype);
  auto* result = static_cast<std::byte*>(out.mutable_raw_data());
  const void* left = a.raw_data();
  const void* right = b.raw_data();
  parallel_for(context.pool(), n, cost, [&](std::int64_t begin, std::int64_t end) {
    const auto skip = [&](const void* data, bool still) {
      return still
                 ? data
                 : static_cast<const std::byte*>(data) + begin * static_cast<std::int64_t>(in_size);
    };
    loop(skip(left, repeat == Repeat::left), skip(right, repeat == Repeat::right),
         result + begin * static_cast<std::int64_t>(out_size), end - begin, repeat);
  });
}

void run_unary(KernelContext& context, UnaryLoop loop, DType out_dtype, double cost) {
  const TensorRep& in = context.input(0);
  const std::size_t in_size = dtype_size(in.dtype());
  const std::size_t out_size = dtype_size(out_dtype);
  const void* source = in.raw_data();
  const Shape shape = in.shape();
  TensorRep& out = context.forward_or_allocate(0, 0, out_dtype, shape);
  auto* result = static_cast<std::byte*>(out.mutable_raw_data());
  parallel_for(context.pool(), out.num_elements(), cost, [&](std::int64_t begin, std::int64_t end) {
    loop(static_cast<const std::byte*>(source) + begin * static_cast<std::int64_t>(in_size),
         result + begin * static_cast<std::int64_t>(out_size), end - begin);
  });
}

}  // namespace opscope::runtime
