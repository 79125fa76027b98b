#include "recorded_events.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace opscope::profiler {
namespace {

using proto::profiler::XPlane;
using proto::profiler::XSpace;
using proto::profiler::XStat;

StatValue stat_value(const XPlane& plane, const XStat& stat) {
  switch (stat.value_case()) {
    case XStat::kDoubleValue:
      return stat.double_value();
    case XStat::kUint64Value:
      return stat.uint64_value();
    case XStat::kInt64Value:
      return stat.int64_value();
    case XStat::kStrValue:
      return stat.str_value();
    case XStat::kRefValue:
      return plane.stat_metadata().at(static_cast<std::int64_t>(stat.ref_value())).name();
    default:
      ADD_FAILURE() << "a stat without a value: " << stat.ShortDebugString();
      return std::string();
  }
}

template <typename Stats>
std::map<std::string, StatValue> named_stats(const XPlane& plane, const Stats& stats) {
  std::map<std::string, StatValue> named;
  for (const XStat& stat : stats) {
    const std::string& name = plane.stat_metadata().at(stat.metadata_id()).name();
    EXPECT_TRUE(named.emplace(name, stat_value(plane, stat)).second) << "twice: " << name;
  }
  return named;
}

}  // namespace

XSpace parse_xspace(const std::string& bytes) {
  XSpace space;
  EXPECT_TRUE(space.ParseFromString(bytes));
  return space;
}

XSpace parse_xspace(const Capture& capture) { return parse_xspace(capture.xspace_bytes()); }

const XPlane& plane_named(const XSpace& space, std::string_view name) {
  static const XPlane none;
  const XPlane* found = nullptr;
  for (const XPlane& plane : space.planes()) {
    if (plane.name() != name) continue;
    EXPECT_EQ(found, nullptr) << "two planes are named " << name;
    found = &plane;
  }
  EXPECT_NE(found, nullptr) << "no plane is named " << name;
  return found != nullptr ? *found : none;
}

std::map<std::string, StatValue> plane_stats(const XPlane& plane) {
  return named_stats(plane, plane.stats());
}

std::vector<RecordedEvent> recorded_events(const XSpace& space) {
  std::vector<RecordedEvent> events;
  const XPlane& plane = plane_named(space, "/host:CPU");
  for (const auto& line : plane.lines()) {
    for (const auto& event : line.events()) {
      const auto& metadata = plane.event_metadata().at(event.metadata_id());
      EXPECT_EQ(metadata.id(), event.metadata_id());
      const std::int64_t start_ps = line.timestamp_ns() * 1000 + event.offset_ps();
      events.push_back({.line = line.name(),
                        .line_id = line.id(),
                        .name = metadata.name(),
                        .display_name = metadata.display_name(),
                        .start_ps = start_ps,
                        .end_ps = start_ps + event.duration_ps(),
                        .stats = named_stats(plane, event.stats())});
    }
  }
  return events;
}

std::vector<RecordedEvent> recorded_events(const Capture& capture) {
  return recorded_events(parse_xspace(capture));
}

std::vector<RecordedEvent> events_named(const std::vector<RecordedEvent>& events,
                                        std::string_view name) {
  std::vector<RecordedEvent> found;
  std::ranges::copy_if(events, std::back_inserter(found),
                       [&](const RecordedEvent& event) { return event.name == name; });
  return found;
}

}  // namespace opscope::profiler
