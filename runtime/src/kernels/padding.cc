// Pad, PadV2, MirrorPad.
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct Padding {
  IntList before;
  IntList after;
  Shape shape;
};

Padding read_padding(const KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape& table = context.input(1).shape();
  if (table.rank() != 2 || table[0] != in.rank() || table[1] != 2) {
    context.invalid(
        "The first dimension of paddings must be the rank of inputs, the second 2, "
        "but paddings has shape " +
        table.to_bracket_string());
  }
  const IntList values = read_ints(context, 1);
  Padding padding;
  for (int d = 0; d < in.rank(); ++d) {
    const std::int64_t before = values[static_cast<std::size_t>(2 * d)];
    const std::int64_t after = values[static_cast<std::size_t>(2 * d + 1)];
    std::int64_t size = in.shape()[d];
    if (before < 0 || after < 0) context.invalid("Paddings must be non-negative");
    if (__builtin_add_overflow(size, before, &size) || __builtin_add_overflow(size, after, &size)) {
      context.invalid("the result is too large");
    }
    padding.before.push_back(before);
    padding.after.push_back(after);
    padding.shape.append(size);
  }
  return padding;
}

void pad(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Padding padding = read_padding(context);
  const bool has_value = context.num_inputs() == 3;
  if (has_value)
    context.require(context.input(2).num_elements() == 1, "constant_values must be a scalar");
  TensorRep& out = context.allocate_output(0, in.dtype(), padding.shape);
  if (has_value) {
    fill_elements(in.dtype(), context.input(2).raw_data(), out.mutable_raw_data(),
                  out.num_elements());
  } else {
    const Ref<TensorRep> zero = TensorRep::make_zeros(in.dtype(), Shape());
    fill_elements(in.dtype(), zero->raw_data(), out.mutable_raw_data(), out.num_elements());
  }
  if (in.num_elements() == 0) return;
  const auto strides = dense_strides(in.shape());
  const auto out_strides = dense_strides(padding.shape);
  CopyDims dims;
  std::int64_t offset = 0;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    dims.push_back({in.shape()[static_cast<int>(d)], strides[d], out_strides[d]});
    offset += padding.before[d] * out_strides[d];
  }
  strided_copy(in.dtype(), in.raw_data(), element_at(out.mutable_raw_data(), in.dtype(), offset),
               dims.span(), context.pool());
}

// Pads one axis of a tensor by reflection; `skip` is 1 if the border itself is not repeated.
Ref<TensorRep> mirror_axis(const TensorRep& in, int axis, std::int64_t before, std::int64_t after,
                           std::int64_t skip, ThreadPool* pool) {
  const std::int64_t size = in.shape()[axis];
  Shape shape = in.shape();
  shape.set_dim(axis, size + before + after);
  Ref<TensorRep> out = TensorRep::make(in.dtype(), shape);
  if (out->num_elements() == 0) return out;
  const std::int64_t rows = count_elements(shape, 0, axis);
  const std::int64_t inner = count_elements(shape, axis + 1, shape.rank());
  const auto copy = [&](std::int64_t from, std::int64_t to, std::int64_t count,
                        std::int64_t direction) {
    const CopyDim dims[] = {{rows, size * inner, shape[axis] * inner},
                            {count, direction * inner, inner},
                            {inner, 1, 1}};
    if (count > 0) {
      strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), from * inner),
                   element_at(out->mutable_raw_data(), in.dtype(), to * inner), dims, pool);
    }
  };
  copy(before - 1 + skip, 0, before, -1);
  copy(0, before, size, 1);
  copy(size - 1 - skip, before + size, after, -1);
  return out;
}

void mirror_pad(KernelContext& context) {
  const std::string_view mode = context.attr_string("mode");
  context.require(mode == "REFLECT" || mode == "SYMMETRIC", "mode must be REFLECT or SYMMETRIC");
  const std::int64_t skip = mode == "REFLECT" ? 1 : 0;
  const Padding padding = read_padding(context);
  Ref<TensorRep> value = context.input_ref(0);
  for (int d = 0; d < context.input(0).rank(); ++d) {
    const auto at = static_cast<std::size_t>(d);
    const std::int64_t most = context.input(0).shape()[d] - skip;
    if (padding.before[at] > most || padding.after[at] > most) {
      context.invalid("paddings must be no greater than the dimension size: " +
                      std::to_string(padding.before[at]) + ", " +
                      std::to_string(padding.after[at]) + " greater than " + std::to_string(most));
    }
    value = mirror_axis(*value, d, padding.before[at], padding.after[at], skip, context.pool());
  }
  context.set_output(0, std::move(value));
}

constexpr KernelBinding kBindings[] = {
    {"Pad", [](const KernelKey&) -> Kernel { return pad; }},
    {"PadV2", [](const KernelKey&) -> Kernel { return pad; }},
    {"MirrorPad", [](const KernelKey&) -> Kernel { return mirror_pad; }},
};
}  // namespace

KernelBindings padding_kernels() { return kBindings; }

}  // namespace opscope::runtime
