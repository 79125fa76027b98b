// Unique, UniqueV2, UniqueWithCounts, UniqueWithCountsV2.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The input as [outer, size, inner], of which the slices along the middle are compared.
struct Slices {
  int axis = 0;
  std::int64_t outer = 1;
  std::int64_t size = 0;
  std::int64_t inner = 1;
};

bool has_axis(const KernelContext& context) {
  return context.num_inputs() > 1 && context.input(1).num_elements() > 0;
}

Slices read_slices(const KernelContext& context) {
  const TensorRep& in = context.input(0);
  if (!has_axis(context)) {
    context.require(in.rank() == 1, "unique expects a 1D vector.");
    return {.size = in.num_elements()};
  }
  context.require(context.input(1).rank() == 1, "axis expects a 1D vector.");
  context.require(context.input(1).num_elements() == 1,
                  "axis does not support input tensors larger than 1 elements");
  const int axis = normalize_axis(context, read_int(context, 1), in.rank());
  return {.axis = axis,
          .outer = count_elements(in.shape(), 0, axis),
          .size = in.shape()[axis],
          .inner = count_elements(in.shape(), axis + 1, in.rank())};
}

// Hashes and compares slices by their number.
template <typename T>
struct SliceAccess {
  using Key = Compute<T>;
  const T* values;
  Slices slices;

  template <typename Visit>
  void each(std::int64_t slice, Visit visit) const {
    for (std::int64_t o = 0; o < slices.outer; ++o) {
      const T* row = values + (o * slices.size + slice) * slices.inner;
      for (std::int64_t i = 0; i < slices.inner; ++i) visit(row[i]);
    }
  }
  std::size_t operator()(std::int64_t slice) const {
    std::size_t result = 0;
    each(slice, [&](const T& value) {
      result = result * 0x9E3779B97F4A7C15u + std::hash<Key>()(static_cast<Key>(value));
    });
    return result;
  }
  bool operator()(std::int64_t a, std::int64_t b) const {
    for (std::int64_t o = 0; o < slices.outer; ++o) {
      const T* left = values + (o * slices.size + a) * slices.inner;
      const T* right = values + (o * slices.size + b) * slices.inner;
      for (std::int64_t i = 0; i < slices.inner; ++i) {
        if (!(static_cast<Key>(left[i]) == static_cast<Key>(right[i]))) return false;
      }
    }
    return true;
  }
};

// Writes the slices of these numbers, one after the other, as output 0.
void give_slices(KernelContext& context, const Slices& slices,
                 const std::vector<std::int64_t>& chosen) {
  const TensorRep& in = context.input(0);
  const auto count = static_cast<std::int64_t>(chosen.size());
  Shape shape = in.shape();
  shape.set_dim(slices.axis, count);
  TensorRep& out = context.allocate_output(0, in.dtype(), shape);
  if (out.num_elements() == 0) return;
  const CopyDim dims[] = {{slices.outer, slices.size * slices.inner, count * slices.inner},
                          {slices.inner, 1, 1}};
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t from = chosen[static_cast<std::size_t>(i)] * slices.inner;
    strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), from),
                 element_at(out.mutable_raw_data(), in.dtype(), i * slices.inner), dims, nullptr);
  }
}

template <typename T, typename Index, bool kCounted>
void unique(KernelContext& context) {
  const Slices slices = read_slices(context);
  const SliceAccess<T> access{context.input(0).data<T>(), slices};
  std::unordered_map<std::int64_t, std::size_t, SliceAccess<T>, SliceAccess<T>> seen(16, access,
                                                                                     access);
  std::vector<std::int64_t> firsts;
  std::vector<std::int64_t> counts;
  TensorRep& positions = context.allocate_output(1, dtype_of<Index>, {slices.size});
  for (std::int64_t i = 0; i < slices.size; ++i) {
    const auto [entry, is_new] = seen.try_emplace(i, firsts.size());
    if (is_new) {
      firsts.push_back(i);
      counts.push_back(0);
    }
    ++counts[entry->second];
    positions.mutable_data<Index>()[i] = static_cast<Index>(entry->second);
  }
  give_slices(context, slices, firsts);
  if constexpr (kCounted) {
    TensorRep& out =
        context.allocate_output(2, dtype_of<Index>, {static_cast<std::int64_t>(counts.size())});
    std::transform(counts.begin(), counts.end(), out.mutable_data<Index>(),
                   [](std::int64_t count) { return static_cast<Index>(count); });
  }
}

using Types =
    TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t, std::int16_t,
             std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, bool, std::string>;

template <bool kCounted>
Kernel select_unique(const KernelKey& key) {
  if (key.outputs[1] == DType::int64) {
    return pick(Types{}, key.inputs[0],
                []<typename T>() -> Kernel { return unique<T, std::int64_t, kCounted>; });
  }
  return pick(Types{}, key.inputs[0],
              []<typename T>() -> Kernel { return unique<T, std::int32_t, kCounted>; });
}

constexpr KernelBinding kBindings[] = {
    {"Unique", select_unique<false>},
    {"UniqueV2", select_unique<false>},
    {"UniqueWithCounts", select_unique<true>},
    {"UniqueWithCountsV2", select_unique<true>},
};
}  // namespace

KernelBindings unique_kernels() { return kBindings; }

}  // namespace opscope::runtime
