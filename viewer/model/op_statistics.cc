#include "model/op_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "model/profile_build.h"
#include "model/statistics_events.h"

namespace opscope::viewer {
namespace {

struct Group {
  std::string key;
  std::vector<std::int64_t> durations_ps;
  std::int64_t total_ps = 0;
  std::int64_t self_ps = 0;
};

// Sorts events into groups by number; the number's meaning is the caller's.
class Groups {
 public:
  template <typename MakeKey>
  Group& at(std::uint64_t number, const MakeKey& make_key) {
    const auto [entry, is_new] = index_.try_emplace(number, groups_.size());
    if (is_new) groups_.push_back({make_key(), {}, 0, 0});
    return groups_[entry->second];
  }
  std::vector<Group>& all() { return groups_; }

 private:
  std::unordered_map<std::uint64_t, std::size_t> index_;
  std::vector<Group> groups_;
};

void add_event(Group& group, const CountedEvent& event) {
  group.durations_ps.push_back(event.whole_ps);
  group.total_ps = saturating_add(group.total_ps, event.total_ps);
  group.self_ps = saturating_add(group.self_ps, event.self_ps);
}

std::int64_t percentile(const std::vector<std::int64_t>& sorted, double part) {
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

OpStatistics summarize(Group& group) {
  std::sort(group.durations_ps.begin(), group.durations_ps.end());
  OpStatistics row;
  row.key = std::move(group.key);
  row.calls = group.durations_ps.size();
  row.total_ps = group.total_ps;
  row.self_ps = group.self_ps;
  row.min_ps = group.durations_ps.front();
  row.max_ps = group.durations_ps.back();
  row.mean_ps = static_cast<double>(group.total_ps) / static_cast<double>(row.calls);
  row.p50_ps = percentile(group.durations_ps, 0.50);
  row.p90_ps = percentile(group.durations_ps, 0.90);
  row.p99_ps = percentile(group.durations_ps, 0.99);
  return row;
}

// The last step that has begun at `time_ps` and not ended.
std::optional<std::size_t> step_at(const Profile& profile, std::int64_t time_ps) {
  const auto after = std::upper_bound(
      profile.steps.begin(), profile.steps.end(), time_ps,
      [](std::int64_t time, const ProfileStep& step) { return time < step.start_ps; });
  if (after == profile.steps.begin()) return std::nullopt;
  const ProfileStep& step = *(after - 1);
  const bool is_inside = time_ps < step.start_ps + std::max<std::int64_t>(step.duration_ps, 1);
  if (!is_inside) return std::nullopt;
  return static_cast<std::size_t>(after - 1 - profile.steps.begin());
}

std::string thread_key(const Profile& profile, const ProfileLine& line) {
  const ProfilePlane& plane = profile.planes[line.plane];
  const std::string host = profile.hosts.size() > 1 ? profile.hosts[plane.host] + " " : "";
  return host + plane.name + " / " + line.display_name;
}

// Op types by their text, as different names share them.
class TypeNumbers {
 public:
  explicit TypeNumbers(const Profile& profile) {
    std::unordered_map<std::string_view, std::uint64_t> numbers;
    for (const ProfileName& name : profile.names) {
      numbers_.push_back(numbers.try_emplace(name.op_type, numbers.size()).first->second);
    }
  }
  std::uint64_t operator[](NameId name) const { return numbers_[name]; }

 private:
  std::vector<std::uint64_t> numbers_;
};

// Names by their text: planes may give one text different display names.
class TextNumbers {
 public:
  explicit TextNumbers(const Profile& profile) {
    std::unordered_map<std::string_view, std::uint64_t> numbers;
    for (const ProfileName& name : profile.names) {
      numbers_.push_back(numbers.try_emplace(name.text, numbers.size()).first->second);
    }
  }
  std::uint64_t operator[](NameId name) const { return numbers_[name]; }

 private:
  std::vector<std::uint64_t> numbers_;
};

}  // namespace

std::vector<OpStatistics> op_statistics(const Profile& profile, const StatisticsRequest& request) {
  Groups groups;
  const TypeNumbers types(profile);
  const TextNumbers texts(profile);
  for_each_counted_event(profile, request, [&](const CountedEvent& event) {
    const ProfileLine& line = profile.lines[event.line];
    const NameId name_id = line.name_id[event.event];
    const ProfileName& name = profile.names[name_id];
    switch (request.by) {
      case StatisticsKey::name:
        add_event(groups.at(texts[name_id], [&] { return name.text; }), event);
        break;
      case StatisticsKey::op_type:
        if (name.op_type.empty()) break;
        add_event(groups.at(types[name_id], [&] { return name.op_type; }), event);
        break;
      case StatisticsKey::thread:
        add_event(groups.at(event.line, [&] { return thread_key(profile, line); }), event);
        break;
      case StatisticsKey::step:
        if (const auto step = step_at(profile, line.start_ps[event.event])) {
          add_event(groups.at(*step, [&] { return profile.steps[*step].name; }), event);
        }
        break;
    }
  });
  std::vector<OpStatistics> rows;
  rows.reserve(groups.all().size());
  for (Group& group : groups.all()) rows.push_back(summarize(group));
  std::sort(rows.begin(), rows.end(), [](const OpStatistics& a, const OpStatistics& b) {
    return a.total_ps != b.total_ps ? a.total_ps > b.total_ps : a.key < b.key;
  });
  return rows;
}

std::vector<DurationBin> duration_histogram(const Profile& profile, NameId name, std::size_t bins) {
  std::vector<std::int64_t> durations;
  for (const ProfileLine& line : profile.lines) {
    for (std::size_t event = 0; event < line.size(); ++event) {
      if (line.name_id[event] == name) durations.push_back(line.duration_ps[event]);
    }
  }
  if (durations.empty() || bins == 0) return {};
  const auto [low, high] = std::minmax_element(durations.begin(), durations.end());
  const double first = static_cast<double>(std::max<std::int64_t>(*low, 1));
  const double ratio =
      std::max(static_cast<double>(std::max<std::int64_t>(*high, 1)) / first, 1.0 + 1e-9);
  const auto edge = [&](std::size_t bin) {
    return first * std::pow(ratio, static_cast<double>(bin) / static_cast<double>(bins));
  };
  std::vector<DurationBin> result(bins);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    result[bin].begin_ps = bin == 0 ? *low : static_cast<std::int64_t>(edge(bin));
    result[bin].end_ps = bin + 1 == bins ? *high + 1 : static_cast<std::int64_t>(edge(bin + 1));
  }
  for (const std::int64_t duration : durations) {
    const auto bin =
        std::partition_point(result.begin(), result.end() - 1,
                             [&](const DurationBin& b) { return b.end_ps <= duration; });
    ++bin->count;
  }
  return result;
}

}  // namespace opscope::viewer
