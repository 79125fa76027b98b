// What every reduction takes: which dimensions, and whether they stay with size 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace opscope {

using Axes = std::vector<std::int64_t>;  // negative ones count from the last dimension

struct ReduceOptions {
  std::optional<Axes> axes = std::nullopt;  // nullopt: all dimensions
  bool keep_dims = false;
};

}  // namespace opscope
