// Reading back what a capture holds, through the serialized XSpace and protobuf's own parser.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opscope/profiler/capture.h"
#include "opscope/proto/xplane.pb.h"

namespace opscope::profiler {

using StatValue = std::variant<std::int64_t, std::uint64_t, double, std::string>;

struct RecordedEvent {
  std::string line;
  std::int64_t line_id = 0;
  std::string name;
  std::string display_name;
  std::int64_t start_ps = 0;
  std::int64_t end_ps = 0;
  std::map<std::string, StatValue> stats;
};

// Fails the test when the bytes are no XSpace.
[[nodiscard]] proto::profiler::XSpace parse_xspace(const std::string& bytes);
[[nodiscard]] proto::profiler::XSpace parse_xspace(const Capture& capture);

// The plane of that name; fails the test when there is not exactly one.
[[nodiscard]] const proto::profiler::XPlane& plane_named(const proto::profiler::XSpace& space,
                                                         std::string_view name);

// The stats of a plane, by name.
[[nodiscard]] std::map<std::string, StatValue> plane_stats(const proto::profiler::XPlane& plane);

// The events of "/host:CPU" in the order of the file.
[[nodiscard]] std::vector<RecordedEvent> recorded_events(const proto::profiler::XSpace& space);
[[nodiscard]] std::vector<RecordedEvent> recorded_events(const Capture& capture);

// The events of that name.
[[nodiscard]] std::vector<RecordedEvent> events_named(const std::vector<RecordedEvent>& events,
                                                      std::string_view name);

}  // namespace opscope::profiler
