// Where the parts of a partitioned variable belong.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/saved_model/bundle_entry.h"

namespace opscope::saved_model {

// The number of elements; empty for a negative dimension or too many elements to count.
[[nodiscard]] std::optional<std::size_t> element_count(const std::vector<std::int64_t>& shape);

// "[2, 3]"
[[nodiscard]] std::string shape_text(const std::vector<std::int64_t>& shape);

// True when `slice` lies inside `shape` and cuts out exactly `part_shape`.
[[nodiscard]] bool slice_fits(const std::vector<std::int64_t>& shape, const TensorSlice& slice,
                              const std::vector<std::int64_t>& part_shape);

// Copies the row-major elements of a part to their places in the whole. The slice must fit.
void place_slice(const std::vector<std::int64_t>& shape, const TensorSlice& slice,
                 std::size_t element_bytes, std::string_view part, std::span<char> whole);

}  // namespace opscope::saved_model
