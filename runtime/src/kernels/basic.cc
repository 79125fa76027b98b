// Constants, identity, and ops that only look at shapes.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "kernels/variant_values.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
void constant(KernelContext& context) {
  const AttrValue* value = context.attrs().find("value");
  const auto* tensor = value != nullptr ? value->get_if<Ref<TensorRep>>() : nullptr;
  context.require(tensor != nullptr && *tensor, "attribute 'value' is missing");
  const AttrValue* given = context.attrs().find("dtype");
  const auto* dtype = given != nullptr ? given->get_if<DType>() : nullptr;
  context.require(dtype == nullptr || *dtype == (*tensor)->dtype(),
                  "attribute 'dtype' differs from the value's type");
  context.set_output(0, *tensor);
}

void identity(KernelContext& context) { context.set_output(0, context.input_ref(0)); }

void identity_n(KernelContext& context) {
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    context.set_output(i, context.input_ref(i));
  }
}

void no_op(KernelContext&) {}

template <typename T>
void shape_of(KernelContext& context) {
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    const Shape& shape = context.input(i).shape();
    TensorRep& out = context.allocate_output(i, dtype_of<T>, {shape.rank()});
    T* dims = out.mutable_data<T>();
    for (const std::int64_t size : shape.dims()) {
      if (!std::in_range<T>(size)) context.invalid("a dimension does not fit in int32");
      *dims++ = static_cast<T>(size);
    }
  }
}

template <typename T>
void size_of(KernelContext& context) {
  const std::int64_t count = context.input(0).num_elements();
  if (!std::in_range<T>(count)) context.invalid("the number of elements does not fit in int32");
  *context.allocate_output(0, dtype_of<T>, Shape()).template mutable_data<T>() =
      static_cast<T>(count);
}

void rank_of(KernelContext& context) {
  *context.allocate_output(0, DType::int32, Shape()).mutable_data<std::int32_t>() =
      context.input(0).rank();
}

void set_view(KernelContext& context, const Shape& shape) {
  context.set_output(0, TensorRep::make_view(context.input(0), shape));
}

void reshape(KernelContext& context) {
  context.require(context.input(1).rank() <= 1, "sizes input must be 1-D");
  const IntList sizes = read_ints(context, 1);
  const std::int64_t total = context.input(0).num_elements();
  Shape shape;
  std::int64_t known = 1;
  int unknown_axis = -1;
  for (const std::int64_t size : sizes) {
    if (size == kAnyDim) {
      context.require(unknown_axis < 0, "Only one input size may be -1");
      unknown_axis = shape.rank();
      shape.append(0);
      continue;
    }
    if (size < 0) context.invalid("Size " + std::to_string(size) + " must be non-negative");
    if (__builtin_mul_overflow(known, size, &known))
      context.invalid("the requested shape is too large");
    shape.append(size);
  }
  if (unknown_axis >= 0) {
    context.require(known > 0,
                    "reshape cannot infer the missing input size for an empty tensor "
                    "unless all specified input sizes are non-zero");
    shape.set_dim(unknown_axis, total / known);
    known *= total / known;
  }
  if (known != total) {
    context.invalid("Input to reshape is a tensor with " + std::to_string(total) +
                    " values, but the requested shape has " + std::to_string(known));
  }
  set_view(context, shape);
}

void expand_dims(KernelContext& context) {
  const Shape& shape = context.input(0).shape();
  const int axis = normalize_axis(context, read_int(context, 1), shape.rank() + 1);
  Shape expanded = shape;
  expanded.insert(axis, 1);
  set_view(context, expanded);
}

void squeeze(KernelContext& context) {
  const Shape& shape = context.input(0).shape();
  const auto axes = context.attr_ints("squeeze_dims");
  SmallVector<std::uint8_t, 8> drop;
  drop.assign(static_cast<std::size_t>(shape.rank()), 0);
  for (const std::int64_t axis : axes) {
    drop[static_cast<std::size_t>(normalize_axis(context, axis, shape.rank()))] = 1;
  }
  Shape squeezed;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool chosen = axes.empty() ? shape[axis] == 1 : drop[static_cast<std::size_t>(axis)] != 0;
    if (!chosen) {
      squeezed.append(shape[axis]);
    } else if (shape[axis] != 1) {
      context.invalid("Can not squeeze dim[" + std::to_string(axis) +
                      "], expected a dimension of 1, got " + std::to_string(shape[axis]));
    }
  }
  set_view(context, squeezed);
}

void ensure_shape(KernelContext& context) {
  const Shape wanted = context.attr_shape("shape");
  if (!wanted.is_compatible_with(context.input(0).shape())) {
    context.invalid("Shape of tensor " + context.input(0).shape().to_bracket_string() +
                    " is not compatible with expected shape " + wanted.to_bracket_string());
  }
  identity(context);
}

template <typename T>
void fill_like(KernelContext& context, T value) {
  const Shape shape = context.input(0).shape();
  TensorRep& out = context.forward_or_allocate(0, 0, dtype_of<T>, shape);
  const auto values = out.mutable_flat<T>();
  std::fill(values.begin(), values.end(), value);
}
template <typename T>
void zeros_like(KernelContext& context) {
  fill_like<T>(context, T{});
}
template <typename T>
void ones_like(KernelContext& context) {
  if constexpr (kIs16BitFloat<T>) {
    fill_like<T>(context, T(1.0f));
  } else {
    fill_like<T>(context, T{1});
  }
}
void empty_strings_like(KernelContext& context) {
  context.allocate_output(0, DType::string, context.input(0).shape());
}

void fill(KernelContext& context) {
  const Shape shape = read_shape(context, 0);
  const TensorRep& value = context.input(1);
  context.require(value.num_elements() == 1, "value must be a scalar");
  TensorRep& out = context.allocate_output(0, value.dtype(), shape);
  fill_elements(value.dtype(), value.raw_data(), out.mutable_raw_data(), out.num_elements());
}

void bitcast(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const DType to = context.attr_type("type");
  const std::size_t from_size = dtype_size(in.dtype());
  const std::size_t to_size = dtype_size(to);
  context.require(from_size > 0 && to_size > 0 && to != DType::boolean,
                  "cannot bitcast to or from this type");
  Shape shape = in.shape();
  if (to_size < from_size) shape.append(static_cast<std::int64_t>(from_size / to_size));
  if (to_size > from_size) {
    const auto ratio = static_cast<std::int64_t>(to_size / from_size);
    context.require(shape.rank() > 0 && shape[shape.rank() - 1] == ratio,
                    "the last dimension must be the ratio of the element sizes");
    shape.remove(shape.rank() - 1);
  }
  TensorRep& out = context.allocate_output(0, to, shape);
  if (out.num_elements() > 0) std::memcpy(out.mutable_raw_data(), in.raw_data(), in.size_bytes());
}

template <void (*kKernel)(KernelContext&)>
Kernel always(const KernelKey&) {
  return kKernel;
}

Kernel select_shape(const KernelKey& key) {
  const DType out = key.outputs.empty() ? DType::int32 : key.outputs[0];
  return pick(IndexTypes{}, out, []<typename T>() -> Kernel { return shape_of<T>; });
}
Kernel select_size(const KernelKey& key) {
  return pick(IndexTypes{}, key.outputs[0], []<typename T>() -> Kernel { return size_of<T>; });
}
Kernel select_zeros(const KernelKey& key) {
  if (key.inputs[0] == DType::string) return empty_strings_like;
  if (key.inputs[0] == DType::variant) return variant_zeros_like;
  return pick(NumbersAndBool{}, key.inputs[0],
              []<typename T>() -> Kernel { return zeros_like<T>; });
}
Kernel select_ones(const KernelKey& key) {
  return pick(NumbersAndBool{}, key.inputs[0], []<typename T>() -> Kernel { return ones_like<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"Const", always<constant>},
    {"Identity", always<identity>},
    {"StopGradient", always<identity>},
    {"PreventGradient", always<identity>},
    {"Snapshot", always<identity>},
    {"PlaceholderWithDefault", always<ensure_shape>},
    {"IdentityN", always<identity_n>},
    {"NoOp", always<no_op>},
    {"ControlTrigger", always<no_op>},
    {"Shape", select_shape},
    {"ShapeN", select_shape},
    {"Size", select_size},
    {"Rank", always<rank_of>},
    {"Reshape", always<reshape>},
    {"ExpandDims", always<expand_dims>},
    {"Squeeze", always<squeeze>},
    {"EnsureShape", always<ensure_shape>},
    {"ZerosLike", select_zeros},
    {"OnesLike", select_ones},
    {"Fill", always<fill>},
    {"Bitcast", always<bitcast>},
};
}  // namespace

KernelBindings basic_kernels() { return kBindings; }

}  // namespace opscope::runtime
