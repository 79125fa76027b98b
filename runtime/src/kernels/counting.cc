// Values counted and compared: Bincount, DenseBincount, ListDiff, BroadcastArgs, Empty, FakeParam.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
using Key = std::conditional_t<kIs16BitFloat<T>, float, T>;

template <typename T, typename Index>
void list_difference(KernelContext& context) {
  context.require(context.input(0).rank() == 1, "x should be a 1D vector.");
  context.require(context.input(1).rank() == 1, "y should be a 1D vector.");
  std::unordered_set<Key<T>> excluded;
  for (const T& value : context.input(1).flat<T>()) excluded.insert(static_cast<Key<T>>(value));
  std::vector<std::int64_t> kept;
  const T* values = context.input(0).data<T>();
  for (std::int64_t i = 0; i < context.input(0).num_elements(); ++i) {
    if (!excluded.contains(static_cast<Key<T>>(values[i]))) kept.push_back(i);
  }
  const Shape shape{static_cast<std::int64_t>(kept.size())};
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  TensorRep& places = context.allocate_output(1, dtype_of<Index>, shape);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    out.mutable_data<T>()[i] = values[kept[i]];
    places.mutable_data<Index>()[i] = static_cast<Index>(kept[i]);
  }
}

// bins[value] += weight, for the values of one row that have a bin.
template <typename T, typename Index>
void count_row(const Index* values, const T* weights, std::int64_t count, bool is_binary, T* bins,
               std::int64_t size) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto bin = static_cast<std::int64_t>(values[i]);
    if (bin < 0 || bin >= size) continue;
    bins[bin] = is_binary ? T{1} : add_wrapping(bins[bin], weights == nullptr ? T{1} : weights[i]);
  }
}

template <typename T, typename Index, bool kDense>
void bincount(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const TensorRep& weights = context.input(2);
  context.require(context.input(1).rank() == 0, "size must be a scalar");
  const std::int64_t size = read_int(context, 1);
  context.require(size >= 0, "size must be non-negative");
  context.require(!kDense || in.rank() <= 2, "Shape must be at most rank 2");
  context.require(weights.num_elements() == 0 || weights.shape() == in.shape(),
                  "weights must be the same shape as the input, or of length 0");
  for (const Index value : in.flat<Index>()) {
    context.require(value >= 0, "Input arr must be non-negative!");
  }
  const bool is_matrix = kDense && in.rank() == 2;
  const std::int64_t rows = is_matrix ? in.shape()[0] : 1;
  const std::int64_t width = is_matrix ? in.shape()[1] : in.num_elements();
  Ref<TensorRep> out =
      TensorRep::make_zeros(dtype_of<T>, is_matrix ? Shape{rows, size} : Shape{size});
  bool is_binary = false;
  if constexpr (kDense) is_binary = context.attr_bool("binary_output");
  for (std::int64_t r = 0; r < rows; ++r) {
    count_row(in.data<Index>() + r * width,
              weights.num_elements() > 0 ? weights.data<T>() + r * width : nullptr, width,
              is_binary, out->mutable_data<T>() + r * size, size);
  }
  context.set_output(0, std::move(out));
}

template <typename T>
void broadcast_args(KernelContext& context) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  context.require(a.rank() == 1 && b.rank() == 1, "In[0] and In[1] must be vectors");
  const std::int64_t rank = std::max(a.num_elements(), b.num_elements());
  TensorRep& out = context.allocate_output(0, dtype_of<T>, {rank});
  const auto size_at = [rank](const TensorRep& shape, std::int64_t axis) -> T {
    const std::int64_t own = axis - (rank - shape.num_elements());
    return own < 0 ? T{1} : shape.data<T>()[own];
  };
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    const T x = size_at(a, axis);
    const T y = size_at(b, axis);
    context.require(x == y || x == 1 || y == 1, "incompatible shapes");
    out.mutable_data<T>()[axis] = x == 1 ? y : x;
  }
}

// The elements are zero whether or not that is asked for.
void empty(KernelContext& context) {
  const Shape shape = read_shape(context, 0);
  const DType dtype = context.attr_type("dtype");
  context.set_output(0, dtype_size(dtype) == 0 ? TensorRep::make(dtype, shape)
                                               : TensorRep::make_zeros(dtype, shape));
}

// Stands for a value that is never read. Dimensions that are not known are 0.
void fake_param(KernelContext& context) {
  const Shape known = context.attr_shape("shape");
  Shape shape;
  if (known.has_rank()) {
    for (const std::int64_t dim : known.dims()) shape.append(dim == kAnyDim ? 0 : dim);
  }
  const DType dtype = context.attr_type("dtype");
  context.set_output(0, dtype_size(dtype) == 0 ? TensorRep::make(dtype, shape)
                                               : TensorRep::make_zeros(dtype, shape));
}

Kernel select_list_difference(const KernelKey& key) {
  using Types =
      TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t, std::int16_t,
               std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, std::string>;
  return pick(Types{}, key.inputs[0], [&]<typename T>() -> Kernel {
    return key.outputs[1] == DType::int64 ? list_difference<T, std::int64_t>
                                          : list_difference<T, std::int32_t>;
  });
}

using Weights = TypeList<float, double, std::int32_t, std::int64_t>;

constexpr KernelBinding kBindings[] = {
    {"ListDiff", select_list_difference},
    {"Bincount",
     [](const KernelKey& key) {
       return pick(Weights{}, key.inputs[2],
                   []<typename T>() -> Kernel { return bincount<T, std::int32_t, false>; });
     }},
    {"DenseBincount",
     [](const KernelKey& key) {
       return pick(Weights{}, key.inputs[2], [&]<typename T>() -> Kernel {
         return key.inputs[0] == DType::int64 ? bincount<T, std::int64_t, true>
                                              : bincount<T, std::int32_t, true>;
       });
     }},
    {"BroadcastArgs",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.inputs[0],
                   []<typename T>() -> Kernel { return broadcast_args<T>; });
     }},
    {"Empty", always<empty>},
    {"FakeParam", always<fake_param>},
};
}  // namespace

KernelBindings counting_kernels() { return kBindings; }

}  // namespace opscope::runtime
