// SegmentSum and its family, with sorted ids, and UnsortedSegmentSum and its family.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
enum class Combine { sum, mean, prod, max, min };

template <typename T>
T extreme(bool lowest) {
  if constexpr (std::is_same_v<T, half>) {
    return half(lowest ? -65504.0f : 65504.0f);
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    return bfloat16::from_bits(lowest ? 0xff7f : 0x7f7f);
  } else {
    return lowest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
  }
}

// What an unsorted segment without rows holds: the operation's neutral element.
template <typename T, Combine kCombine>
T neutral() {
  if constexpr (kCombine == Combine::max || kCombine == Combine::min) {
    return extreme<T>(kCombine == Combine::max);
  } else {
    return static_cast<T>(kCombine == Combine::prod ? Compute<T>{1} : Compute<T>{0});
  }
}

template <typename T, Combine kCombine>
void combine_row(T* to, const T* from, std::int64_t width) {
  for (std::int64_t i = 0; i < width; ++i) {
    const auto a = load(to[i]);
    const auto b = load(from[i]);
    if constexpr (kCombine == Combine::sum || kCombine == Combine::mean) {
      to[i] = static_cast<T>(add_wrapping(a, b));
    } else if constexpr (kCombine == Combine::prod) {
      to[i] = static_cast<T>(mul_wrapping(a, b));
    } else if constexpr (kCombine == Combine::max) {
      to[i] = static_cast<T>(std::max(a, b));
    } else {
      to[i] = static_cast<T>(std::min(a, b));
    }
  }
}

template <typename T>
void divide_row(T* row, std::int64_t width, std::int64_t count) {
  for (std::int64_t i = 0; i < width; ++i) {
    if constexpr (std::is_same_v<T, std::uint64_t>) {
      row[i] /= static_cast<std::uint64_t>(count);
    } else if constexpr (std::integral<T>) {
      // In 64 bits: the count may not fit into T.
      row[i] = static_cast<T>(static_cast<std::int64_t>(row[i]) / count);
    } else {
      row[i] = static_cast<T>(load(row[i]) / static_cast<Compute<T>>(count));
    }
  }
}

// The ids, checked to be ascending and not negative.
IntList sorted_ids(const KernelContext& context) {
  const TensorRep& data = context.input(0);
  context.require(context.input(1).rank() == 1, "segment_ids should be a vector.");
  context.require(data.rank() >= 1, "data must be at least rank 1");
  context.require(context.input(1).num_elements() == data.shape()[0],
                  "segment_ids should be the same size as dimension 0 of input.");
  const IntList ids = read_ints(context, 1);
  if (!ids.empty() && ids[ids.size() - 1] == std::numeric_limits<std::int64_t>::max()) {
    context.invalid("segment ids are too large");
  }
  std::int64_t last = 0;
  for (const std::int64_t id : ids) {
    if (id < 0) {
      context.invalid("Segment id " + std::to_string(id) + " out of range [0, " +
                      std::to_string(ids[ids.size() - 1] + 1) +
                      "), possibly because 'segment_ids' input is not sorted.");
    }
    context.require(id >= last, "segment ids are not increasing");
    last = id;
  }
  return ids;
}

template <typename T, Combine kCombine>
void sorted_segments(KernelContext& context) {
  const IntList ids = sorted_ids(context);
  const TensorRep& data = context.input(0);
  Shape shape = data.shape();
  shape.set_dim(0, ids.empty() ? 0 : ids[ids.size() - 1] + 1);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  const std::int64_t width = count_elements(shape, 1, shape.rank());
  T* rows = out.mutable_data<T>();
  // Segments without rows hold 0, of products 1.
  std::fill_n(rows, out.num_elements(),
              kCombine == Combine::prod ? neutral<T, Combine::prod>() : neutral<T, Combine::sum>());
  const T* values = data.data<T>();
  for (std::size_t begin = 0; begin < ids.size();) {
    T* row = rows + ids[begin] * width;
    std::copy_n(values + static_cast<std::int64_t>(begin) * width, width, row);
    std::size_t end = begin + 1;
    for (; end < ids.size() && ids[end] == ids[begin]; ++end) {
      combine_row<T, kCombine>(row, values + static_cast<std::int64_t>(end) * width, width);
    }
    if constexpr (kCombine == Combine::mean) {
      divide_row(row, width, static_cast<std::int64_t>(end - begin));
    }
    begin = end;
  }
}

// The number of segments, once the shapes are known to fit.
std::int64_t checked_segments(const KernelContext& context) {
  const Shape& data = context.input(0).shape();
  const Shape& ids = context.input(1).shape();
  bool fits = ids.rank() <= data.rank();
  for (int d = 0; fits && d < ids.rank(); ++d) fits = ids[d] == data[d];
  if (!fits) {
    context.invalid("data.shape = " + data.to_bracket_string() +
                    " does not start with segment_ids.shape = " + ids.to_bracket_string());
  }
  if (context.input(2).rank() != 0) {
    context.invalid("num_segments should be a scalar, not shape " +
                    context.input(2).shape().to_bracket_string());
  }
  const std::int64_t count = read_int(context, 2);
  if (count < 0) {
    context.invalid("Input num_segments == " + std::to_string(count) + " must not be negative.");
  }
  return count;
}

template <typename T, Combine kCombine>
void unsorted_segments(KernelContext& context) {
  const std::int64_t count = checked_segments(context);
  const TensorRep& data = context.input(0);
  const int id_rank = context.input(1).rank();
  Shape shape{count};
  for (int d = id_rank; d < data.rank(); ++d) shape.append(data.shape()[d]);
  const IntList ids = read_ints(context, 1);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < count) continue;
    context.invalid("segment_ids[" + std::to_string(i) + "] = " + std::to_string(ids[i]) +
                    " is out of range [0, " + std::to_string(count) + ")");
  }
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  T* rows = out.mutable_data<T>();
  std::fill_n(rows, out.num_elements(), neutral<T, kCombine>());
  const std::int64_t width = count_elements(data.shape(), id_rank, data.rank());
  const T* values = data.data<T>();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < 0) continue;  // dropped
    combine_row<T, kCombine>(rows + ids[i] * width, values + static_cast<std::int64_t>(i) * width,
                             width);
  }
}

template <Combine kCombine>
Kernel select_sorted(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return sorted_segments<T, kCombine>; });
}
template <Combine kCombine>
Kernel select_unsorted(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return unsorted_segments<T, kCombine>; });
}

constexpr KernelBinding kBindings[] = {
    {"SegmentSum", select_sorted<Combine::sum>},
    {"SegmentMean", select_sorted<Combine::mean>},
    {"SegmentProd", select_sorted<Combine::prod>},
    {"SegmentMax", select_sorted<Combine::max>},
    {"SegmentMin", select_sorted<Combine::min>},
    {"UnsortedSegmentSum", select_unsorted<Combine::sum>},
    {"UnsortedSegmentProd", select_unsorted<Combine::prod>},
    {"UnsortedSegmentMax", select_unsorted<Combine::max>},
    {"UnsortedSegmentMin", select_unsorted<Combine::min>},
};
}  // namespace

KernelBindings segment_kernels() { return kBindings; }

}  // namespace opscope::runtime
