#include "ops/strided_slice.h"

#include <algorithm>

namespace opscope::runtime {
namespace {
bool has_bit(std::int64_t mask, std::size_t i) noexcept { return i < 63 && ((mask >> i) & 1) != 0; }

// One entry of the slice for one input dimension.
struct Entry {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t stride = 1;
  bool is_known = true;
  bool open_begin = true;
  bool open_end = true;
  bool shrinks = false;
};

// Where a dimension of the result comes from.
constexpr int kNewAxis = -1;

struct Spec {
  SmallVector<Entry, 8> entries;    // per input dimension
  SmallVector<int, 8> result_dims;  // input dimension, or kNewAxis; shrunk ones are left out
  std::string error;
};

std::int64_t clamp_bound(std::int64_t value, std::int64_t size, std::int64_t stride) noexcept {
  const std::int64_t forward = value < 0 ? value + size : value;
  return stride > 0 ? std::clamp<std::int64_t>(forward, 0, size)
                    : std::clamp<std::int64_t>(forward, -1, size - 1);
}

Spec expand(int rank, std::span<const std::int64_t> begin, std::span<const std::int64_t> end,
            std::span<const std::int64_t> strides, const StridedSliceMasks& masks) {
  Spec spec;
  const std::size_t size = strides.size();
  if (size >= 32) {
    spec.error = "strided slices of more than 31 entries are not supported";
    return spec;
  }
  if ((masks.ellipsis & (masks.ellipsis - 1)) != 0) {
    spec.error = "Multiple ellipses in slice spec not allowed";
    return spec;
  }
  std::size_t new_axes_after_ellipsis = 0;
  std::size_t ellipsis = size;
  for (std::size_t i = 0; i < size; ++i) {
    if (has_bit(masks.ellipsis, i)) {
      ellipsis = i;
    } else if (ellipsis != size && has_bit(masks.new_axis, i)) {
      ++new_axes_after_ellipsis;
    }
  }
  const auto add_full = [&spec] {
    spec.result_dims.push_back(static_cast<int>(spec.entries.size()));
    spec.entries.push_back(Entry{});
  };
  for (std::size_t i = 0; i < size; ++i) {
    if (i == ellipsis) {
      const auto after = static_cast<int>(size - i - 1 - new_axes_after_ellipsis);
      while (static_cast<int>(spec.entries.size()) + after < rank) add_full();
    } else if (has_bit(masks.new_axis, i)) {
      spec.result_dims.push_back(kNewAxis);
    } else {
      if (static_cast<int>(spec.entries.size()) == rank) {
        spec.error = "Index out of range using input dim " + std::to_string(rank) +
                     "; input has only " + std::to_string(rank) + " dims";
        return spec;
      }
      Entry entry{.begin = 0,
                  .end = 0,
                  .stride = strides[i],
                  .is_known = i < begin.size() && i < end.size(),
                  .open_begin = has_bit(masks.begin, i),
                  .open_end = has_bit(masks.end, i),
                  .shrinks = has_bit(masks.shrink_axis, i)};
      if (entry.is_known) {
        entry.begin = begin[i];
        entry.end = end[i];
      }
      if (!entry.shrinks) spec.result_dims.push_back(static_cast<int>(spec.entries.size()));
      spec.entries.push_back(entry);
    }
  }
  while (static_cast<int>(spec.entries.size()) < rank) add_full();
  return spec;
}

std::string resolve_shrunk(const Entry& entry, std::int64_t size, int axis, StridedSliceDim& dim) {
  if (entry.stride <= 0) return "only stride 1 allowed on non-range indexing.";
  dim = {.begin = 0, .stride = 1, .count = 1};
  if (!entry.is_known || size == kAnyDim) return {};
  const std::int64_t index = entry.begin;  // begin_mask does not matter where one is taken
  dim.begin = index < 0 ? index + size : index;
  if (dim.begin >= 0 && dim.begin < size) return {};
  return "slice index " + std::to_string(index) + " of dimension " + std::to_string(axis) +
         " out of bounds.";
}

std::string resolve_dim(const Entry& entry, std::int64_t size, int axis, StridedSliceDim& dim) {
  if (entry.stride == 0) return "strides[" + std::to_string(axis) + "] must be non-zero";
  if (entry.shrinks) return resolve_shrunk(entry, size, axis, dim);
  dim = {.begin = 0, .stride = entry.stride, .count = kAnyDim};
  const bool bounds_known = entry.is_known || (entry.open_begin && entry.open_end);
  if (size == kAnyDim || !bounds_known) return {};
  const bool forward = entry.stride > 0;
  const std::int64_t first =
      entry.open_begin ? (forward ? 0 : size - 1) : clamp_bound(entry.begin, size, entry.stride);
  const std::int64_t last =
      entry.open_end ? (forward ? size : -1) : clamp_bound(entry.end, size, entry.stride);
  const std::int64_t span = forward ? last - first : first - last;
  dim.begin = first;
  if (span <= 0) {
    dim.count = 0;
  } else if (entry.stride == INT64_MIN) {
    dim.count = 1;
  } else {
    const std::int64_t step = forward ? entry.stride : -entry.stride;
    dim.count = (span - 1) / step + 1;
  }
  return {};
}
}  // namespace

StridedSlicePlan plan_strided_slice(const Shape& input, std::span<const std::int64_t> begin,
                                    std::span<const std::int64_t> end,
                                    std::span<const std::int64_t> strides,
                                    const StridedSliceMasks& masks) {
  StridedSlicePlan plan;
  const Spec spec = expand(input.rank(), begin, end, strides, masks);
  plan.error = spec.error;
  for (int axis = 0; plan.error.empty() && axis < input.rank(); ++axis) {
    StridedSliceDim dim{};
    plan.error = resolve_dim(spec.entries[static_cast<std::size_t>(axis)], input[axis], axis, dim);
    plan.dims.push_back(dim);
    plan.processed_shape.append(dim.count);
  }
  if (!plan.error.empty()) return plan;
  for (const int axis : spec.result_dims) {
    plan.final_shape.append(axis == kNewAxis ? 1 : plan.dims[static_cast<std::size_t>(axis)].count);
  }
  return plan;
}

}  // namespace opscope::runtime
