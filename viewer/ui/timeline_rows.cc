#include <algorithm>
#include <cctype>
#include <map>

#include "ui/timeline_drawing.h"

namespace opscope::viewer {

namespace {

constexpr float kPlaneHeight = 26;
constexpr float kCounterHeight = 46;
constexpr float kRowGap = 7;
constexpr float kLabelWidth = 176;

// Without a thread id of more digits than anybody reads, as in "tf_Compute/1423322123761124097".
std::string without_long_id(const std::string& name) {
  constexpr std::size_t kLongId = 6;
  std::size_t end = name.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(name[end - 1])) != 0) --end;
  if (name.size() - end < kLongId) return name;
  while (end > 0 && (name[end - 1] == '-' || name[end - 1] == '/' || name[end - 1] == ' ')) --end;
  return end == 0 ? "thread" : name.substr(0, end);
}

bool contains(const std::string& text, const std::string& part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool matches(const Profile& profile, const ProfileLine& line, const std::string& filter) {
  if (filter.empty() || contains(line.display_name, filter)) return true;
  return std::any_of(line.name_id.begin(), line.name_id.end(),
                     [&](NameId id) { return contains(profile.names[id].display, filter); });
}

class RowBuilder {
 public:
  RowBuilder(const Profile& profile, const TimelineView& view) : profile_(profile), view_(view) {}

  TimelineRows build() {
    for (std::uint32_t i = 0; i < profile_.planes.size(); ++i) add_plane(i);
    return std::move(result_);
  }

 private:
  void push(TimelineRow::Kind kind, std::uint32_t index, float height, std::string label,
            std::size_t depths = 0) {
    result_.rows.push_back({kind, index, result_.height, height, depths, std::move(label)});
    result_.height += height;
  }

  void add_plane(std::uint32_t index) {
    const ProfilePlane& plane = profile_.planes[index];
    std::vector<std::uint32_t> lines;
    std::map<std::string, int> names;
    for (const std::uint32_t line : plane.lines) {
      if (profile_.lines[line].size() == 0) continue;
      ++names[without_long_id(profile_.lines[line].display_name)];
      if (matches(profile_, profile_.lines[line], view_.filter)) lines.push_back(line);
    }
    const bool has_counter =
        std::any_of(profile_.counters.begin(), profile_.counters.end(),
                    [&](const ProfileCounter& counter) { return counter.plane == index; });
    if (lines.empty() && !has_counter) return;
    std::string label = plane.name;
    if (profile_.hosts.size() > 1 && plane.host < profile_.hosts.size()) {
      label += "   " + profile_.hosts[plane.host];
    }
    push(TimelineRow::Kind::plane, index, kPlaneHeight, label);
    std::map<std::string, int> seen;
    for (const std::uint32_t line : lines) add_line(line, names, seen);
    for (std::uint32_t i = 0; i < profile_.counters.size(); ++i) {
      if (profile_.counters[i].plane != index) continue;
      push(TimelineRow::Kind::counter, i, kCounterHeight, profile_.counters[i].name);
    }
  }

  void add_line(std::uint32_t index, const std::map<std::string, int>& names,
                std::map<std::string, int>& seen) {
    const ProfileLine& line = profile_.lines[index];
    std::string label = without_long_id(line.display_name);
    const int number = ++seen[label];
    if (names.at(label) > 1) label += " #" + std::to_string(number);
    const bool is_folded = std::find(view_.folded_lines.begin(), view_.folded_lines.end(), index) !=
                           view_.folded_lines.end();
    const std::size_t depths = is_folded ? 1 : std::max<std::size_t>(1, line.depth_count());
    push(TimelineRow::Kind::line, index, static_cast<float>(depths) * kSliceHeight + kRowGap, label,
         depths);
  }

  const Profile& profile_;
  const TimelineView& view_;
  TimelineRows result_;
};

}  // namespace

bool is_of_operation(const std::string& text, const std::string& operation) {
  if (operation.empty() || text.compare(0, operation.size(), operation) != 0) return false;
  if (text.size() == operation.size()) return true;
  return text[operation.size()] == ':' && text.find(':', operation.size() + 1) == std::string::npos;
}

TimelineRows timeline_rows(const Profile& profile, const TimelineView& view) {
  return RowBuilder(profile, view).build();
}

TimelineGeometry timeline_geometry(const Area& area, bool has_steps) {
  constexpr float kOverview = 40;
  constexpr float kRuler = 24;
  constexpr float kSteps = 20;
  const float labels = std::min(kLabelWidth, area.width() * 0.3F);
  const float left = area.left + labels;
  TimelineGeometry geometry;
  geometry.overview = {left, area.top, area.right, area.top + kOverview};
  geometry.ruler = {left, geometry.overview.bottom, area.right, geometry.overview.bottom + kRuler};
  geometry.steps = geometry.ruler;
  geometry.steps.top = geometry.ruler.bottom;
  geometry.steps.bottom = geometry.steps.top + (has_steps ? kSteps : 0);
  geometry.tracks = {left, geometry.steps.bottom + 2, area.right, area.bottom};
  geometry.labels = {area.left, geometry.tracks.top, left, area.bottom};
  return geometry;
}

TimeRange whole_range(const Profile& profile) {
  const std::int64_t length = std::max<std::int64_t>(profile.duration_ps, 1000);
  return {-length / 100, length + length / 100};
}

float x_from_time(const Area& tracks, const TimeRange& range, std::int64_t time_ps) {
  const double part = static_cast<double>(time_ps - range.begin_ps) /
                      static_cast<double>(std::max<std::int64_t>(1, range.end_ps - range.begin_ps));
  return tracks.left + static_cast<float>(part * static_cast<double>(tracks.width()));
}

std::int64_t time_from_x(const Area& tracks, const TimeRange& range, float x) {
  const double part =
      static_cast<double>(x - tracks.left) / static_cast<double>(std::max(1.0F, tracks.width()));
  return range.begin_ps +
         static_cast<std::int64_t>(part * static_cast<double>(range.end_ps - range.begin_ps));
}

std::optional<EventRef> slice_at(const Profile& profile, const TimelineRows& rows,
                                 const TimelineGeometry& geometry, const TimelineView& view,
                                 Pos p) {
  if (!geometry.tracks.contains(p)) return std::nullopt;
  const float y = p.y - geometry.tracks.top + view.scroll;
  for (const TimelineRow& row : rows.rows) {
    if (row.kind != TimelineRow::Kind::line || y < row.top || y >= row.top + row.height) continue;
    const auto depth = static_cast<std::size_t>((y - row.top) / kSliceHeight);
    const ProfileLine& line = profile.lines[row.index];
    if (depth >= row.depths || depth >= line.depth_count()) return std::nullopt;
    const std::int64_t time = time_from_x(geometry.tracks, view.range, p.x);
    if (const auto event = event_at(line, depth, time)) return EventRef{row.index, *event};
    // Slices thinner than a pixel are drawn one wide: look one pixel to either side.
    for (const float dx : {-1.0F, 1.0F}) {
      const auto near = event_at(line, depth, time_from_x(geometry.tracks, view.range, p.x + dx));
      if (near) return EventRef{row.index, *near};
    }
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace opscope::viewer
