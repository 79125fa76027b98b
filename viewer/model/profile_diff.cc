#include "model/profile_diff.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

namespace opscope::viewer {

std::optional<double> ProfileChange::mean_change_percent() const noexcept {
  if (!a || !b || a->mean_ps <= 0) return std::nullopt;
  return 100 * (b->mean_ps / a->mean_ps - 1);
}

bool ProfileChange::is_change(double percent) const noexcept {
  if (!a || !b || a->calls != b->calls) return true;
  const std::optional<double> change = mean_change_percent();
  return change ? std::abs(*change) > percent : b->mean_ps != a->mean_ps;
}

std::vector<ProfileChange> diff_statistics(std::vector<OpStatistics> a,
                                           std::vector<OpStatistics> b) {
  std::map<std::string, ProfileChange> changes;
  for (OpStatistics& row : a) {
    ProfileChange& change = changes[row.key];
    change.a = std::move(row);
  }
  for (OpStatistics& row : b) {
    ProfileChange& change = changes[row.key];
    change.b = std::move(row);
  }
  std::vector<ProfileChange> result;
  for (auto& [key, change] : changes) {
    change.key = key;
    result.push_back(std::move(change));
  }
  std::ranges::stable_sort(result, [](const ProfileChange& l, const ProfileChange& r) {
    return std::abs(l.total_change_ps()) > std::abs(r.total_change_ps());
  });
  return result;
}

}  // namespace opscope::viewer
