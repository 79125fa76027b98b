// The equation of an Einsum, "ab,bc->ac", matched with the shapes of its inputs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// A dimension's name: a letter, or a number from kEllipsis on for what "..." stands for, counted
// from the last dimension.
using EinsumLabel = int;
inline constexpr EinsumLabel kEllipsis = 1000;
using EinsumLabels = std::vector<EinsumLabel>;

struct EinsumEquation {
  std::vector<EinsumLabels> inputs;  // a label for each dimension
  EinsumLabels output;
  std::map<EinsumLabel, std::int64_t> sizes;  // kAnyDim where not known
};

// Reads an equation for inputs of these shapes, all of known rank. Throws invalid_argument for bad
// syntax, another number of inputs or dimensions, and sizes that do not agree; those of "..." are
// broadcast.
[[nodiscard]] EinsumEquation read_einsum(std::string_view equation,
                                         const std::vector<const Shape*>& shapes);

}  // namespace opscope::runtime
