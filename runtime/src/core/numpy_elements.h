// How NumPy writes the elements of an array: alike in width, aligned at the point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/tensor_rep.h"

namespace opscope::runtime {

// The text of each listed element of a tensor, formatted together.
[[nodiscard]] std::vector<std::string> numpy_elements(const TensorRep& tensor,
                                                      const std::vector<std::int64_t>& elements);

// A scalar as str() of a NumPy scalar writes it: "0.1", "1e-05", "True", "b'a'".
[[nodiscard]] std::string numpy_scalar(const TensorRep& tensor);
// A scalar as repr() of the Python value it converts to: 0.1 in float32 is 0.10000000149011612.
[[nodiscard]] std::string python_scalar(const TensorRep& tensor);

}  // namespace opscope::runtime
