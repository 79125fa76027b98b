// Select, SelectV2, Where, ClipByValue, AddN.
#include <algorithm>
#include <string>

#include "kernels/broadcast.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/variant_values.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
void select_v1(KernelContext& context) {
  const TensorRep& condition = context.input(0);
  const TensorRep& yes = context.input(1);
  const TensorRep& no = context.input(2);
  if (yes.shape() != no.shape()) context.invalid("'t' and 'e' must have the same size");
  const bool scalar = condition.rank() == 0;
  const bool rows = !scalar && condition.shape() != yes.shape();
  if (rows &&
      (condition.rank() != 1 || yes.rank() == 0 || condition.shape()[0] != yes.shape()[0])) {
    context.invalid(
        "'cond' must be a scalar, a vector with one entry for each row of 't', or have the shape "
        "of 't'");
  }
  if (scalar) {
    context.set_output(0, context.input_ref(*condition.data<bool>() ? 1 : 2));
    return;
  }
  TensorRep& out = context.allocate_output(0, yes.dtype(), yes.shape());
  const std::int64_t each = rows && yes.shape()[0] > 0 ? yes.num_elements() / yes.shape()[0] : 1;
  const bool* chosen = condition.data<bool>();
  for (std::int64_t i = 0; i < out.num_elements(); ++i) {
    out.mutable_data<T>()[i] = (chosen[rows ? i / each : i] ? yes : no).template data<T>()[i];
  }
}

Shape broadcast_three(KernelContext& context) {
  try {
    return broadcast_shapes(context.input(0).shape(),
                            broadcast_shapes(context.input(1).shape(), context.input(2).shape()));
  } catch (const Error& error) {
    context.invalid(error.what());
  }
}

template <typename T>
void select_v2(KernelContext& context) {
  const TensorRep& condition = context.input(0);
  const TensorRep& yes = context.input(1);
  const TensorRep& no = context.input(2);
  const Shape shape = broadcast_three(context);
  TensorRep& out = context.allocate_output(0, yes.dtype(), shape);
  if (out.num_elements() == 0) return;
  const BroadcastPlan<3> plan(shape, {&condition.shape(), &yes.shape(), &no.shape()});
  const auto strides = plan.row_strides();
  const std::int64_t row = plan.row_size();
  T* result = out.mutable_data<T>();
  parallel_for(context.pool(), plan.num_rows(), static_cast<double>(row),
               [&](std::int64_t begin, std::int64_t end) {
                 RowWalker<3> walker(plan, begin);
                 for (std::int64_t r = begin; r < end; ++r, walker.next()) {
                   const bool* c = condition.data<bool>() + walker.offset(0);
                   const T* a = yes.data<T>() + walker.offset(1);
                   const T* b = no.data<T>() + walker.offset(2);
                   for (std::int64_t i = 0; i < row; ++i) {
                     result[r * row + i] =
                         c[i * strides[0]] ? a[i * strides[1]] : b[i * strides[2]];
                   }
                 }
               });
}

template <typename T>
void where(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const auto is_true = [](T value) {
    if constexpr (kIs16BitFloat<T>)
      return static_cast<float>(value) != 0.0f;
    else
      return value != T{};
  };
  std::int64_t count = 0;
  for (const T value : in.flat<T>()) count += is_true(value) ? 1 : 0;
  TensorRep& out = context.allocate_output(0, DType::int64, {count, in.rank()});
  std::int64_t* row = out.mutable_data<std::int64_t>();
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    if (!is_true(in.data<T>()[i])) continue;
    std::int64_t rest = i;
    for (int axis = in.rank() - 1; axis >= 0; --axis) {
      row[axis] = rest % in.shape()[axis];
      rest /= in.shape()[axis];
    }
    row += in.rank();
  }
}

template <typename T>
void clip_by_value(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape shape = broadcast_three(context);
  context.require(shape == in.shape(), "the bounds must broadcast to the shape of the values");
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  if (out.num_elements() == 0) return;
  const BroadcastPlan<3> plan(shape,
                              {&shape, &context.input(1).shape(), &context.input(2).shape()});
  const auto strides = plan.row_strides();
  RowWalker<3> walker(plan, 0);
  T* result = out.mutable_data<T>();
  for (std::int64_t r = 0; r < plan.num_rows(); ++r, walker.next()) {
    const T* x = in.data<T>() + walker.offset(0);
    const T* low = context.input(1).data<T>() + walker.offset(1);
    const T* high = context.input(2).data<T>() + walker.offset(2);
    for (std::int64_t i = 0; i < plan.row_size(); ++i) {
      const auto value = load(x[i * strides[0]]);
      const auto most = load(high[i * strides[2]]);
      const auto least = load(low[i * strides[1]]);
      const auto capped = most < value ? most : value;
      *result++ = static_cast<T>(capped < least ? least : capped);
    }
  }
}

template <typename T>
void add_n(KernelContext& context) {
  const Shape shape = context.input(0).shape();
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    if (context.input(i).shape() != shape)
      context.invalid("Inputs to operation AddN must have the same size and shape");
  }
  TensorRep& out = context.forward_or_allocate(0, 0, dtype_of<T>, shape);
  T* sum = out.mutable_data<T>();
  const T* first = context.input(0).data<T>();
  if (sum != first) std::copy_n(first, out.num_elements(), sum);
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const T* values = context.input(i).data<T>();
    for (std::int64_t e = 0; e < out.num_elements(); ++e) {
      sum[e] = static_cast<T>(add_wrapping(load(sum[e]), load(values[e])));
    }
  }
}

using Selectable =
    TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t, std::int16_t,
             std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, bool, std::string>;

constexpr KernelBinding kBindings[] = {
    {"Select",
     [](const KernelKey& key) {
       return pick(Selectable{}, key.inputs[1],
                   []<typename T>() -> Kernel { return select_v1<T>; });
     }},
    {"SelectV2",
     [](const KernelKey& key) {
       return pick(Selectable{}, key.inputs[1],
                   []<typename T>() -> Kernel { return select_v2<T>; });
     }},
    {"Where",
     [](const KernelKey& key) {
       return pick(NumbersAndBool{}, key.inputs[0],
                   []<typename T>() -> Kernel { return where<T>; });
     }},
    {"ClipByValue",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0],
                   []<typename T>() -> Kernel { return clip_by_value<T>; });
     }},
    {"AddN",
     [](const KernelKey& key) {
       if (key.inputs[0] == DType::variant) return Kernel{variant_add_n};
       return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return add_n<T>; });
     }},
    {"AccumulateNV2",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return add_n<T>; });
     }},
};
}  // namespace

KernelBindings select_kernels() { return kBindings; }

}  // namespace opscope::runtime
