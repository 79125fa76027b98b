// What changed between the scalars of two logdirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/logdir_model.h"

namespace opscope::viewer {

// One curve that is not the same in both.
struct ScalarChange {
  std::string run;
  std::string tag;
  std::size_t points_a = 0;  // 0: the curve is not there
  std::size_t points_b = 0;
  double last_a = 0;  // of the last point
  double last_b = 0;
  std::size_t common_steps = 0;
  double largest_change = 0;  // |b - a| over the common steps; infinity where one is not a number
  std::int64_t at_step = 0;   // where that is
};

struct ScalarDiff {
  std::vector<ScalarChange> changes;  // removed, added, changed; each by run and tag
  std::size_t equal = 0;              // curves with the same steps and values
};

// Curves of the same run and tag are compared point by point; a value counts as equal when it
// differs by at most `percent` of the larger one. With one run on each side, the runs' names need
// not be the same.
[[nodiscard]] ScalarDiff diff_scalars(const LogdirModel& a, const LogdirModel& b, double percent);

}  // namespace opscope::viewer
