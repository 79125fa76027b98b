// What changed between two profiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/op_statistics.h"

namespace opscope::viewer {

// The statistics of one key in both profiles; in one only: it was added or removed.
struct ProfileChange {
  std::string key;
  std::optional<OpStatistics> a;
  std::optional<OpStatistics> b;

  [[nodiscard]] std::int64_t total_change_ps() const noexcept {
    return (b ? b->total_ps : 0) - (a ? a->total_ps : 0);
  }
  [[nodiscard]] std::int64_t self_change_ps() const noexcept {
    return (b ? b->self_ps : 0) - (a ? a->self_ps : 0);
  }
  // Of the mean, in percent of a's; nothing when it is in one only, or took no time in a.
  [[nodiscard]] std::optional<double> mean_change_percent() const noexcept;
  // True unless it is in both, as often, with a mean that differs by at most `percent`.
  [[nodiscard]] bool is_change(double percent) const noexcept;
};

// One for each key of either, by the size of the change of the total time, largest first, then by
// key.
[[nodiscard]] std::vector<ProfileChange> diff_statistics(std::vector<OpStatistics> a,
                                                         std::vector<OpStatistics> b);

}  // namespace opscope::viewer
