// Operations on parts, order and arrangement of tensors, under the names of TensorFlow's Python
// API; rules as in ops.h. x[...] is in index.h.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// ---- Gathering and scattering ----
struct GatherOptions {
  std::optional<std::int64_t> axis = std::nullopt;  // nullopt: batch_dims
  std::int64_t batch_dims = 0;                      // leading dimensions that both share
};
[[nodiscard]] Tensor gather(const Operand& params, const Operand& indices,
                            const GatherOptions& options);
// indices [..., k] name elements (or slices) of params by their first k coordinates.
[[nodiscard]] Tensor gather_nd(const Operand& params, const Operand& indices);
// Zeros of `shape` (a vector) with updates added at indices.
[[nodiscard]] Tensor scatter_nd(const Operand& indices, const Operand& updates,
                                const Operand& shape);
[[nodiscard]] Tensor scatter_nd(const Operand& indices, const Operand& updates, const Shape& shape);
[[nodiscard]] Tensor tensor_scatter_nd_update(const Operand& x, const Operand& indices,
                                              const Operand& updates);
[[nodiscard]] Tensor tensor_scatter_nd_add(const Operand& x, const Operand& indices,
                                           const Operand& updates);
[[nodiscard]] Tensor tensor_scatter_nd_sub(const Operand& x, const Operand& indices,
                                           const Operand& updates);
[[nodiscard]] Tensor tensor_scatter_nd_max(const Operand& x, const Operand& indices,
                                           const Operand& updates);
[[nodiscard]] Tensor tensor_scatter_nd_min(const Operand& x, const Operand& indices,
                                           const Operand& updates);

// ---- Segments: rows of data combined by segment_ids ----
// The ids are sorted; the last one tells the number of segments.
[[nodiscard]] Tensor segment_sum(const Operand& data, const Operand& segment_ids);
[[nodiscard]] Tensor segment_mean(const Operand& data, const Operand& segment_ids);
[[nodiscard]] Tensor segment_prod(const Operand& data, const Operand& segment_ids);
[[nodiscard]] Tensor segment_max(const Operand& data, const Operand& segment_ids);
[[nodiscard]] Tensor segment_min(const Operand& data, const Operand& segment_ids);
// The ids have any order; rows with negative ones are dropped.
[[nodiscard]] Tensor unsorted_segment_sum(const Operand& data, const Operand& segment_ids,
                                          const Operand& num_segments);
[[nodiscard]] Tensor unsorted_segment_prod(const Operand& data, const Operand& segment_ids,
                                           const Operand& num_segments);
[[nodiscard]] Tensor unsorted_segment_max(const Operand& data, const Operand& segment_ids,
                                          const Operand& num_segments);
[[nodiscard]] Tensor unsorted_segment_min(const Operand& data, const Operand& segment_ids,
                                          const Operand& num_segments);

// ---- Selecting ----
// The coordinates of the elements that are true (not zero), [count, rank] of int64.
[[nodiscard]] Tensor where(const Operand& condition);
// The parts of x where the mask is true; its dimensions are those of x from `axis` on. The mask's
// rank must be known and not 0.
[[nodiscard]] Tensor boolean_mask(const Operand& x, const Operand& mask, std::int64_t axis = 0);
// Rows of `maxlen` columns (by default the longest length), true before each length.
[[nodiscard]] Tensor sequence_mask(const Operand& lengths,
                                   std::optional<std::int64_t> maxlen = std::nullopt,
                                   DType dtype = DType::boolean);
// The rows of data by partition, [0, count).
[[nodiscard]] std::vector<Tensor> dynamic_partition(const Operand& data, const Operand& partitions,
                                                    std::int64_t count);
// Rows data[i][j] put at indices[i][j].
[[nodiscard]] Tensor dynamic_stitch(const std::vector<Tensor>& indices,
                                    const std::vector<Tensor>& data, Loc loc = Loc::current());

// ---- Order ----
struct TopK {
  Tensor values;
  Tensor indices;  // int32
};
// The k largest of each row of the last dimension, largest first; of equals the first comes first.
[[nodiscard]] TopK top_k(const Operand& x, const Operand& k = 1, bool sorted = true);
struct SortOptions {
  std::int64_t axis = -1;
  bool descending = false;
};
[[nodiscard]] Tensor sort(const Operand& x, const SortOptions& options = {});
[[nodiscard]] Tensor argsort(const Operand& x, const SortOptions& options = {});
struct UniqueValues {
  Tensor y;    // each value once, in the order of their first places
  Tensor idx;  // of each element, the place of its value in y
};
[[nodiscard]] UniqueValues unique(const Operand& x, DType out_idx = DType::int32);
struct UniqueCounts {
  Tensor y;
  Tensor idx;
  Tensor count;  // how often each value of y is there, of the type of idx
};
[[nodiscard]] UniqueCounts unique_with_counts(const Operand& x, DType out_idx = DType::int32);

// Before or behind the values that are equal.
enum class Side : std::uint8_t { left, right };
// Where each value would have to be put into the sorted sequence of its row for it to stay sorted:
// [..., m] for sequences [..., n] and values [..., m] with equal leading dimensions.
[[nodiscard]] Tensor searchsorted(const Operand& sorted_sequence, const Operand& values,
                                  Side side = Side::left, DType out_type = DType::int32);
// The number of boundaries, which must be sorted, that are not above each value, as int32. Values
// are float32, float64, int32 or int64.
[[nodiscard]] Tensor bucketize(const Operand& x, const std::vector<float>& boundaries);

[[nodiscard]] Tensor reverse(const Operand& x, const std::vector<std::int64_t>& axes);
// Reverses the first lengths[i] elements of sequence i.
[[nodiscard]] Tensor reverse_sequence(const Operand& x, const Operand& lengths,
                                      std::int64_t seq_axis, std::int64_t batch_axis = 0);
// Moves elements along each axis by its shift; those at the end come in at the start.
[[nodiscard]] Tensor roll(const Operand& x, const std::vector<std::int64_t>& shift,
                          const std::vector<std::int64_t>& axes);
[[nodiscard]] Tensor invert_permutation(const Operand& x);

// ---- Sums and products so far ----
struct ScanOptions {
  std::int64_t axis = 0;
  bool exclusive = false;  // without the element itself
  bool reverse = false;    // from the end
};
[[nodiscard]] Tensor cumsum(const Operand& x, const ScanOptions& options = {});
[[nodiscard]] Tensor cumprod(const Operand& x, const ScanOptions& options = {});

// ---- Arrangement ----
enum class PadMode : std::uint8_t { constant, reflect, symmetric };
struct PadOptions {
  PadMode mode = PadMode::constant;
  double constant_value = 0;  // of x's type
};
// Elements before and after each dimension: pad(x, {{1, 1}, {0, 2}}).
[[nodiscard]] Tensor pad(const Operand& x,
                         std::initializer_list<std::array<std::int64_t, 2>> paddings,
                         const PadOptions& options = {});
namespace runtime {
[[nodiscard]] Tensor pad_by(const Operand& x, const Tensor& paddings, const PadOptions& options);
}  // namespace runtime
// A template, so that braces are never taken for a Tensor.
template <std::same_as<Tensor> T>
[[nodiscard]] Tensor pad(const Operand& x, const T& paddings, const PadOptions& options = {}) {
  return runtime::pad_by(x, paddings, options);
}
[[nodiscard]] Tensor tile(const Operand& x, const Tensor& multiples);
// Each element along the axis `count` times; without an axis, of x flattened.
[[nodiscard]] Tensor repeat(const Operand& x, std::int64_t count,
                            std::optional<std::int64_t> axis = std::nullopt);
// Element i along the axis counts[i] times.
[[nodiscard]] Tensor repeat(const Operand& x, const Tensor& counts,
                            std::optional<std::int64_t> axis = std::nullopt);
// Coordinate arrays of a grid; with `xy` the first two dimensions are swapped, as NumPy does.
[[nodiscard]] std::vector<Tensor> meshgrid(const std::vector<Tensor>& axes, bool xy = true,
                                           Loc loc = Loc::current());
// num values from start to stop, both included (the op LinSpace).
[[nodiscard]] Tensor linspace(const Operand& start, const Operand& stop, const Operand& num);
// Images [batch, height, width, depth]: blocks of pixels moved to the depth, and back.
[[nodiscard]] Tensor space_to_depth(const Operand& x, std::int64_t block_size);
[[nodiscard]] Tensor depth_to_space(const Operand& x, std::int64_t block_size);

// ---- Shapes and types ----
// x, whose shape must be compatible with `shape`.
[[nodiscard]] Tensor ensure_shape(const Operand& x, const Shape& shape);
[[nodiscard]] std::vector<Tensor> shape_n(const std::vector<Tensor>& inputs,
                                          DType out_type = DType::int32, Loc loc = Loc::current());
// The shape that two shapes (vectors) broadcast to.
[[nodiscard]] Tensor broadcast_dynamic_shape(const Operand& a, const Operand& b);
// The same bytes as another type; a wider one takes the last dimension, a narrower one adds one.
[[nodiscard]] Tensor bitcast(const Operand& x, DType dtype);

}  // namespace opscope
