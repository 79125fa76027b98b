#include "saved_model/bundle_slices.h"

#include <cstring>

namespace opscope::saved_model {

std::optional<std::size_t> element_count(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  bool is_empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    is_empty |= size == 0;
    if (size > 0 && __builtin_mul_overflow(count, static_cast<std::size_t>(size), &count)) {
      return std::nullopt;
    }
  }
  return is_empty ? 0 : count;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

bool slice_fits(const std::vector<std::int64_t>& shape, const TensorSlice& slice,
                const std::vector<std::int64_t>& part_shape) {
  if (slice.size() != shape.size() || part_shape.size() != shape.size()) return false;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const auto [start, length] = slice[d];
    const std::int64_t wanted = length < 0 ? shape[d] : length;
    if (start < 0 || start > shape[d] || wanted > shape[d] - start || part_shape[d] != wanted) {
      return false;
    }
  }
  return true;
}

void place_slice(const std::vector<std::int64_t>& shape, const TensorSlice& slice,
                 std::size_t element_bytes, std::string_view part, std::span<char> whole) {
  if (part.empty()) return;
  if (shape.empty()) {
    std::memcpy(whole.data(), part.data(), part.size());
    return;
  }
  const std::size_t rank = shape.size();
  const auto length = [&](std::size_t d) {
    return static_cast<std::size_t>(slice[d].length < 0 ? shape[d] : slice[d].length);
  };
  const std::size_t row_bytes = length(rank - 1) * element_bytes;
  std::vector<std::size_t> index(rank, 0);  // of the row, in the part
  for (std::size_t from = 0; from < part.size(); from += row_bytes) {
    std::size_t to = 0;
    for (std::size_t d = 0; d < rank; ++d) {
      to = to * static_cast<std::size_t>(shape[d]) + index[d] +
           static_cast<std::size_t>(slice[d].start);
    }
    std::memcpy(whole.data() + to * element_bytes, part.data() + from, row_bytes);
    for (std::size_t d = rank - 1; d-- > 0;) {
      if (++index[d] < length(d)) break;
      index[d] = 0;
    }
  }
}

}  // namespace opscope::saved_model
