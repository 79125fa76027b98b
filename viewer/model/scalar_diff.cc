#include "model/scalar_diff.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace opscope::viewer {
namespace {

using Curves = std::map<std::pair<std::string, std::string>, const ScalarColumns*>;

std::vector<const Run*> runs_with_scalars(const LogdirModel& model) {
  std::vector<const Run*> runs;
  for (const auto& run : model.runs) {
    const bool has_scalars = std::ranges::any_of(
        run->tags, [](const auto& tag) { return tag->data_class == DataClass::scalar; });
    if (has_scalars) runs.push_back(run.get());
  }
  return runs;
}

Curves curves_of(const std::vector<const Run*>& runs, bool is_only_run) {
  Curves curves;
  for (const Run* run : runs) {
    for (const auto& tag : run->tags) {
      if (tag->data_class != DataClass::scalar) continue;
      curves[{is_only_run ? "" : run->name, tag->name}] = &tag->scalars;
    }
  }
  return curves;
}

// |b - a|; 0 for what counts as equal.
double change_between(double a, double b, double percent) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double change = std::abs(b - a);
  if (std::isnan(change)) return std::numeric_limits<double>::infinity();
  return change <= percent / 100 * std::max(std::abs(a), std::abs(b)) ? 0 : change;
}

// The change of a curve that is in both; `is_equal` when there is none.
ScalarChange compare(const ScalarColumns& a, const ScalarColumns& b, double percent,
                     bool* is_equal) {
  ScalarChange change{.points_a = a.size(), .points_b = b.size()};
  if (a.size() > 0) change.last_a = a.values.back();
  if (b.size() > 0) change.last_b = b.values.back();
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a.steps[i] != b.steps[j]) {
      ++(a.steps[i] < b.steps[j] ? i : j);
      continue;
    }
    ++change.common_steps;
    const double size = change_between(a.values[i], b.values[j], percent);
    if (size > change.largest_change) {
      change.largest_change = size;
      change.at_step = a.steps[i];
    }
    ++i;
    ++j;
  }
  *is_equal = change.common_steps == a.size() && change.common_steps == b.size() &&
              change.largest_change == 0;
  return change;
}

ScalarChange one_sided(const ScalarColumns& curve, bool is_added) {
  ScalarChange change;
  (is_added ? change.points_b : change.points_a) = curve.size();
  if (curve.size() > 0) (is_added ? change.last_b : change.last_a) = curve.values.back();
  return change;
}

}  // namespace

ScalarDiff diff_scalars(const LogdirModel& a, const LogdirModel& b, double percent) {
  const std::vector<const Run*> runs_a = runs_with_scalars(a);
  const std::vector<const Run*> runs_b = runs_with_scalars(b);
  const bool is_only_run = runs_a.size() == 1 && runs_b.size() == 1;
  const Curves curves_a = curves_of(runs_a, is_only_run);
  const Curves curves_b = curves_of(runs_b, is_only_run);
  const std::string only_run = is_only_run ? runs_a.front()->name : "";

  ScalarDiff diff;
  std::vector<ScalarChange> added;
  std::vector<ScalarChange> changed;
  const auto keep = [&](std::vector<ScalarChange>& list, ScalarChange change,
                        const Curves::key_type& name) {
    change.run = is_only_run ? only_run : name.first;
    change.tag = name.second;
    list.push_back(std::move(change));
  };
  for (const auto& [name, curve] : curves_a) {
    const auto other = curves_b.find(name);
    if (other == curves_b.end()) {
      keep(diff.changes, one_sided(*curve, false), name);
      continue;
    }
    bool is_equal = false;
    const ScalarChange change = compare(*curve, *other->second, percent, &is_equal);
    if (is_equal) {
      ++diff.equal;
    } else {
      keep(changed, change, name);
    }
  }
  for (const auto& [name, curve] : curves_b) {
    if (!curves_a.contains(name)) keep(added, one_sided(*curve, true), name);
  }
  diff.changes.insert(diff.changes.end(), added.begin(), added.end());
  diff.changes.insert(diff.changes.end(), changed.begin(), changed.end());
  return diff;
}

}  // namespace opscope::viewer
