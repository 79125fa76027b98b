#include "model/timeline_model.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace opscope::viewer {
namespace {

// The events of one depth, by start; they do not overlap, so their ends are in order too.
struct Row {
  const ProfileLine& line;
  std::size_t begin;
  std::size_t end;

  [[nodiscard]] std::uint32_t event(std::size_t place) const { return line.row_events[place]; }
  [[nodiscard]] std::int64_t start(std::size_t place) const { return line.start_ps[event(place)]; }
  [[nodiscard]] std::int64_t stop(std::size_t place) const { return line.end_ps(event(place)); }

  // The first place from `from` on whose event starts at or after `time_ps`.
  [[nodiscard]] std::size_t first_from(std::size_t from, std::int64_t time_ps) const {
    const auto first = line.row_events.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = line.row_events.begin() + static_cast<std::ptrdiff_t>(end);
    const auto found =
        std::lower_bound(first, last, time_ps, [this](std::uint32_t candidate, std::int64_t time) {
          return line.start_ps[candidate] < time;
        });
    return static_cast<std::size_t>(found - line.row_events.begin());
  }

  [[nodiscard]] std::int64_t busy(std::size_t from, std::size_t to) const {
    const std::int64_t before = from == begin ? 0 : line.row_busy_ps[from - 1];
    return line.row_busy_ps[to - 1] - before;
  }
};

Row row_of(const ProfileLine& line, std::size_t depth) {
  return {line, line.row_begin[depth], line.row_begin[depth + 1]};
}

// The longest of up to eight evenly spread events: exact for small groups, cheap for large ones.
std::uint32_t representative(const Row& row, std::size_t from, std::size_t to) {
  const std::size_t step = std::max<std::size_t>(1, (to - from) / 8);
  std::uint32_t best = row.event(from);
  for (std::size_t place = from; place < to; place += step) {
    const std::uint32_t event = row.event(place);
    if (row.line.duration_ps[event] > row.line.duration_ps[best]) best = event;
  }
  return best;
}

VisibleSlice merged_slice(const Row& row, std::size_t from, std::size_t to) {
  VisibleSlice slice;
  slice.begin_ps = row.start(from);
  slice.end_ps = std::max(row.stop(to - 1), slice.begin_ps);
  slice.event = representative(row, from, to);
  slice.event_count = static_cast<std::uint32_t>(to - from);
  const auto length = static_cast<double>(slice.end_ps - slice.begin_ps);
  if (length > 0) {
    slice.busy =
        static_cast<float>(std::clamp(static_cast<double>(row.busy(from, to)) / length, 0.0, 1.0));
  }
  return slice;
}

}  // namespace

std::vector<VisibleSlice> visible_slices(const ProfileLine& line, std::size_t depth,
                                         TimeRange range, int width_px) {
  std::vector<VisibleSlice> slices;
  if (depth >= line.depth_count() || width_px <= 0 || range.end_ps <= range.begin_ps) return slices;
  const Row row = row_of(line, depth);
  const double ps_per_px =
      static_cast<double>(range.end_ps - range.begin_ps) / static_cast<double>(width_px);
  const auto pixel = static_cast<std::int64_t>(std::ceil(ps_per_px));
  std::size_t place = row.first_from(row.begin, range.begin_ps);
  if (place > row.begin && row.stop(place - 1) > range.begin_ps) --place;
  while (place < row.end && row.start(place) < range.end_ps) {
    const std::int64_t start = row.start(place);
    // Everything that starts within this event's pixel and ends there too is one rectangle.
    std::size_t next = place + 1;
    if (row.stop(place) - start < pixel) {
      next = std::max(next, row.first_from(next, start + pixel));
      if (next > place + 1 && row.stop(next - 1) - row.start(next - 1) >= pixel) --next;
    }
    slices.push_back(merged_slice(row, place, next));
    place = next;
  }
  return slices;
}

std::optional<std::uint32_t> event_at(const ProfileLine& line, std::size_t depth,
                                      std::int64_t time_ps) {
  if (depth >= line.depth_count()) return std::nullopt;
  const Row row = row_of(line, depth);
  const std::size_t after = row.first_from(row.begin, time_ps + 1);
  if (after == row.begin || row.stop(after - 1) <= time_ps) return std::nullopt;
  return row.event(after - 1);
}

std::optional<std::uint32_t> next_equal_event(const ProfileLine& line, std::uint32_t event,
                                              int direction) {
  if (event >= line.size() || direction == 0) return std::nullopt;
  const NameId name = line.name_id[event];
  if (direction > 0) {
    const auto from = line.name_id.begin() + event + 1;
    const auto found = std::find(from, line.name_id.end(), name);
    if (found == line.name_id.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - line.name_id.begin());
  }
  for (std::uint32_t i = event; i-- > 0;) {
    if (line.name_id[i] == name) return i;
  }
  return std::nullopt;
}

std::vector<CounterColumn> visible_counter(const ProfileCounter& counter, TimeRange range,
                                           int width_px) {
  std::vector<CounterColumn> columns;
  const std::size_t count = counter.times_ps.size();
  if (count == 0 || width_px <= 0 || range.end_ps <= range.begin_ps) return columns;
  const double ps_per_px =
      static_cast<double>(range.end_ps - range.begin_ps) / static_cast<double>(width_px);
  const auto place_of = [&](std::int64_t time) {
    return static_cast<std::size_t>(
        std::upper_bound(counter.times_ps.begin(), counter.times_ps.end(), time) -
        counter.times_ps.begin());
  };
  std::size_t place = place_of(range.begin_ps);
  if (place > 0) --place;  // the value that holds at the left edge
  while (place < count && counter.times_ps[place] < range.end_ps) {
    const std::int64_t begin = std::max(counter.times_ps[place], range.begin_ps);
    const double px = std::floor(static_cast<double>(begin - range.begin_ps) / ps_per_px);
    const auto px_end = range.begin_ps + static_cast<std::int64_t>((px + 1) * ps_per_px);
    const std::size_t next = std::max(place + 1, place_of(px_end - 1));
    const auto [low, high] =
        std::minmax_element(counter.values.begin() + static_cast<std::ptrdiff_t>(place),
                            counter.values.begin() + static_cast<std::ptrdiff_t>(next));
    const std::int64_t end = next < count ? counter.times_ps[next] : range.end_ps;
    columns.push_back({begin, std::min(end, range.end_ps), *low, *high, counter.values[next - 1]});
    place = next;
  }
  return columns;
}

std::vector<ProfileFlow> visible_flows(const Profile& profile, TimeRange range, std::size_t limit) {
  const auto start_of = [&](EventRef event) {
    return profile.lines[event.line].start_ps[event.event];
  };
  const auto is_seen = [&](EventRef event) {
    return start_of(event) < range.end_ps &&
           profile.lines[event.line].end_ps(event.event) > range.begin_ps;
  };
  std::vector<ProfileFlow> flows;
  for (const ProfileFlow& flow : profile.flows) {
    if (flows.size() >= limit) break;
    if (is_seen(flow.from) || is_seen(flow.to)) flows.push_back(flow);
  }
  return flows;
}

TimeTicks time_ticks(TimeRange range, int width_px, int spacing_px) {
  TimeTicks ticks;
  if (range.end_ps <= range.begin_ps || width_px <= 0) return ticks;
  const double wanted = static_cast<double>(range.end_ps - range.begin_ps) *
                        static_cast<double>(std::max(spacing_px, 1)) /
                        static_cast<double>(width_px);
  double step = 1;
  while (step < wanted && step < 1e18) {
    for (const double factor : {2.0, 2.5, 2.0}) {
      if (step < wanted) step *= factor;
    }
  }
  ticks.step_ps = static_cast<std::int64_t>(step);
  std::int64_t time = range.begin_ps / ticks.step_ps * ticks.step_ps;
  if (time < range.begin_ps) time += ticks.step_ps;
  for (; time <= range.end_ps; time += ticks.step_ps) ticks.times_ps.push_back(time);
  return ticks;
}

}  // namespace opscope::viewer
