// Places in sorted values: Bucketize, LowerBound, UpperBound.
#include <algorithm>
#include <vector>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
void bucketize(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const AttrValue* value = context.attrs().find("boundaries");
  const auto* given = value != nullptr ? value->get_if<std::vector<float>>() : nullptr;
  const std::vector<float> boundaries = given != nullptr ? *given : std::vector<float>();
  context.require(given != nullptr || value == nullptr || value->is_empty_list(),
                  "boundaries must be a list of numbers");
  context.require(std::is_sorted(boundaries.begin(), boundaries.end()),
                  "Expected sorted boundaries");
  TensorRep& out = context.allocate_output(0, DType::int32, in.shape());
  // As C++ converts for a comparison: whole numbers to float, float to double.
  using Common = decltype(T{} + 0.0f);
  std::transform(
      in.data<T>(), in.data<T>() + in.num_elements(), out.mutable_data<std::int32_t>(), [&](T x) {
        const auto at = std::upper_bound(boundaries.begin(), boundaries.end(), x, [](T a, float b) {
          return static_cast<Common>(a) < static_cast<Common>(b);
        });
        return static_cast<std::int32_t>(at - boundaries.begin());
      });
}

// For each value of a row the number of sorted inputs of that row that are less than it; kUpper:
// that are not greater.
template <typename T, typename Index, bool kUpper>
void bound(KernelContext& context) {
  const TensorRep& sorted = context.input(0);
  const TensorRep& values = context.input(1);
  context.require(sorted.rank() == 2, "sorted input argument must be a matrix");
  context.require(values.rank() == 2, "values must be a matrix");
  context.require(sorted.shape()[0] == values.shape()[0],
                  "Leading dim_size of both tensors must match.");
  context.require(
      sizeof(Index) == 8 || (values.num_elements() < INT32_MAX && sorted.shape()[1] < INT32_MAX),
      "values tensor size must less than INT_MAX");
  TensorRep& out = context.allocate_output(0, dtype_of<Index>, values.shape());
  const std::int64_t width = sorted.shape()[1];
  const std::int64_t count = values.shape()[1];
  const auto less = [](const T& a, const T& b) { return load(a) < load(b); };
  for (std::int64_t r = 0; r < values.shape()[0]; ++r) {
    const T* begin = sorted.data<T>() + r * width;
    for (std::int64_t i = r * count; i < (r + 1) * count; ++i) {
      const T& value = values.data<T>()[i];
      const T* at = kUpper ? std::upper_bound(begin, begin + width, value, less)
                           : std::lower_bound(begin, begin + width, value, less);
      out.mutable_data<Index>()[i] = static_cast<Index>(at - begin);
    }
  }
}

template <bool kUpper>
Kernel select_bound(const KernelKey& key) {
  if (key.outputs[0] == DType::int64) {
    return pick(Numbers{}, key.inputs[0],
                []<typename T>() -> Kernel { return bound<T, std::int64_t, kUpper>; });
  }
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return bound<T, std::int32_t, kUpper>; });
}

constexpr KernelBinding kBindings[] = {
    {"Bucketize",
     [](const KernelKey& key) {
       return pick(TypeList<float, double, std::int32_t, std::int64_t>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return bucketize<T>; });
     }},
    {"LowerBound", select_bound<false>},
    {"UpperBound", select_bound<true>},
};
}  // namespace

KernelBindings search_kernels() { return kBindings; }

}  // namespace opscope::runtime
