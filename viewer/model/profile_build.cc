#include "model/profile_build.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <tuple>

namespace opscope::viewer {
namespace {

// TensorFlow calls its op events "op name:OpType"; the character sets are those of node and op
// names, so that "Iterator::Batch" and times such as "12:30" are not taken for one.
std::size_t op_type_separator(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return std::string_view::npos;
  }
  const auto is_alnum = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const std::string_view name = text.substr(0, colon);
  const std::string_view type = text.substr(colon + 1);
  const bool is_name =
      (is_alnum(name[0]) || name[0] == '.') && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_alnum(c) || std::string_view("_.\\/>-").find(c) != std::string_view::npos;
      });
  const bool is_type =
      (std::isupper(static_cast<unsigned char>(type[0])) != 0 || type[0] == '_') &&
      std::all_of(type.begin(), type.end(), [&](char c) { return is_alnum(c) || c == '_'; });
  return is_name && is_type ? colon : std::string_view::npos;
}

template <typename T>
void permute(std::vector<T>& column, const std::vector<std::uint32_t>& order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t from : order) sorted.push_back(column[from]);
  column = std::move(sorted);
}

template <typename T>
void shrink(std::vector<T>& column) {
  if (column.capacity() > column.size() + column.size() / 8) column.shrink_to_fit();
}

// Lists the events of each depth: a counting sort that keeps the order of start.
void build_rows(ProfileLine& line, std::size_t depth_count) {
  line.row_begin.assign(depth_count + 1, 0);
  for (const std::uint16_t depth : line.depth) ++line.row_begin[depth + 1U];
  std::partial_sum(line.row_begin.begin(), line.row_begin.end(), line.row_begin.begin());
  std::vector<std::uint32_t> next(line.row_begin.begin(), line.row_begin.end() - 1);
  std::vector<std::int64_t> busy(depth_count, 0);
  line.row_events.resize(line.size());
  line.row_busy_ps.resize(line.size());
  for (std::uint32_t event = 0; event < line.size(); ++event) {
    const std::uint16_t depth = line.depth[event];
    busy[depth] = saturating_add(busy[depth], line.duration_ps[event]);
    const std::uint32_t place = next[depth]++;
    line.row_events[place] = event;
    line.row_busy_ps[place] = busy[depth];
  }
}

}  // namespace

NameId NameTable::intern(std::string_view text, std::string_view display,
                         std::string_view op_type) {
  std::string key(text);
  if (!display.empty() || !op_type.empty()) key.append(1, '\0').append(display);
  if (!op_type.empty()) key.append(1, '\0').append(op_type);
  const auto [entry, is_new] = ids_.try_emplace(std::move(key), static_cast<NameId>(names_.size()));
  if (!is_new) return entry->second;
  ProfileName name{std::string(text), std::string(display), std::string(op_type)};
  const std::size_t colon = op_type_separator(text);
  if (colon != std::string_view::npos && name.op_type.empty()) {
    name.op_type = std::string(text.substr(colon + 1));
  }
  if (name.display.empty()) name.display = std::string(text.substr(0, colon));
  names_.push_back(std::move(name));
  return entry->second;
}

std::vector<std::uint32_t> sort_events(ProfileLine& line) {
  const auto before = [&line](std::uint32_t a, std::uint32_t b) {
    return std::tuple(line.start_ps[a], -line.duration_ps[a]) <
           std::tuple(line.start_ps[b], -line.duration_ps[b]);
  };
  std::vector<std::uint32_t> order;
  bool is_sorted = true;
  for (std::uint32_t i = 1; i < line.size() && is_sorted; ++i) is_sorted = !before(i, i - 1);
  if (is_sorted) return order;
  order.resize(line.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), before);
  permute(line.start_ps, order);
  permute(line.duration_ps, order);
  permute(line.name_id, order);
  permute(line.source_offset, order);
  std::vector<std::uint32_t> new_position(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) new_position[order[i]] = i;
  return new_position;
}

void nest_events(ProfileLine& line) {
  constexpr std::size_t kMaxDepth = 0xFFFE;
  const std::size_t count = line.size();
  line.depth.resize(count);
  line.self_ps.assign(line.duration_ps.begin(), line.duration_ps.end());
  std::vector<std::uint32_t> open;  // the events around the present one, outermost first
  std::size_t depth_count = 0;
  for (std::uint32_t event = 0; event < count; ++event) {
    while (!open.empty() &&
           (line.end_ps(open.back()) <= line.start_ps[event] || open.size() > kMaxDepth)) {
      open.pop_back();
    }
    line.depth[event] = static_cast<std::uint16_t>(open.size());
    if (!open.empty()) {
      const std::uint32_t parent = open.back();
      const std::int64_t inside =
          std::min(line.end_ps(event), line.end_ps(parent)) - line.start_ps[event];
      line.self_ps[parent] = std::max<std::int64_t>(0, line.self_ps[parent] - inside);
    }
    open.push_back(event);
    depth_count = std::max(depth_count, open.size());
  }
  build_rows(line, depth_count);
}

void shrink_line(ProfileLine& line) {
  shrink(line.start_ps);
  shrink(line.duration_ps);
  shrink(line.name_id);
  shrink(line.source_offset);
}

std::uint32_t innermost_event(const ProfileLine& line, std::int64_t time_ps) {
  const auto none = static_cast<std::uint32_t>(line.size());
  for (std::size_t depth = line.depth_count(); depth-- > 0;) {
    const auto begin = line.row_events.begin() + line.row_begin[depth];
    const auto end = line.row_events.begin() + line.row_begin[depth + 1];
    const auto after = std::upper_bound(
        begin, end, time_ps,
        [&line](std::int64_t time, std::uint32_t event) { return time < line.start_ps[event]; });
    if (after != begin && line.end_ps(*(after - 1)) >= time_ps) return *(after - 1);
  }
  return none;
}

void settle_times(Profile& profile) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const ProfileLine& line : profile.lines) {
    if (line.size() > 0) first = std::min(first, line.start_ps.front());
  }
  for (const ProfileCounter& counter : profile.counters) {
    if (!counter.times_ps.empty()) first = std::min(first, counter.times_ps.front());
  }
  if (first == std::numeric_limits<std::int64_t>::max()) return;
  const std::int64_t shift = (first >= 0 ? first / 1000 : (first - 999) / 1000) * 1000;
  profile.duration_ps = 0;
  profile.event_count = 0;
  for (ProfileLine& line : profile.lines) {
    for (std::int64_t& start : line.start_ps) start -= shift;
    profile.event_count += line.size();
    if (line.depth_count() == 0) continue;
    // Depth 0 does not overlap, but an event below it may end later where the file's nest badly.
    for (std::size_t event = 0; event < line.size(); ++event) {
      profile.duration_ps = std::max(profile.duration_ps, line.end_ps(event));
    }
  }
  for (ProfileCounter& counter : profile.counters) {
    for (std::int64_t& time : counter.times_ps) time -= shift;
    if (!counter.times_ps.empty()) {
      profile.duration_ps = std::max(profile.duration_ps, counter.times_ps.back());
    }
  }
  for (ProfileStep& step : profile.steps) step.start_ps -= shift;
  if (profile.start_ns != 0) profile.start_ns += shift / 1000;
}

}  // namespace opscope::viewer
