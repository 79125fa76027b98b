// What single events of a plane mean beyond their time: step roots, producers and consumers of
// work, and memory in use. Statistics with these names: "_r", "step_num", "_pt"/"_p", "_ct"/"_c",
// "bytes_allocated", "allocator_name".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/profile.h"
#include "model/xplane_fields.h"

namespace opscope::viewer {

// Collects the marks of one plane, line by line, in the order they are read.
class MarkReader {
 public:
  explicit MarkReader(const xplane::Plane& plane);

  // A statistic of the event-th event read of the present line.
  void take_stat(std::uint32_t event, std::string_view stat);

  // The line is complete and sorted; `moved` is what sort_events gave.
  void end_line(std::uint32_t line_index, const ProfileLine& line,
                const std::vector<std::uint32_t>& moved);

  // Adds the plane's steps, flows and counters. Times are still the line's own.
  void finish(std::uint32_t plane_index, Profile& profile);

 private:
  enum class Kind : std::uint8_t {
    none,
    root,
    step_number,
    producer_type,
    producer,
    consumer_type,
    consumer,
    bytes,
    allocator,
  };

  // The marks of the event that is being read.
  struct EventMarks {
    std::uint32_t event = 0;
    bool is_root = false;
    bool has_step = false, has_producer = false, has_consumer = false, has_bytes = false;
    std::int64_t step = 0;
    std::int64_t producer_type = 0, producer = 0, consumer_type = 0, consumer = 0;
    std::int64_t bytes = 0;
    std::string_view allocator;
  };

  // One end of a flow: producers and consumers meet where type and id are equal.
  struct FlowEnd {
    std::int64_t type = 0;
    std::int64_t id = 0;
    EventRef event;
  };

  struct Root {
    EventRef event;
    bool has_step = false;
    std::int64_t step = 0;
  };

  struct MemorySample {
    EventRef event;
    std::int64_t bytes = 0;
    std::string allocator;
  };

  [[nodiscard]] Kind kind_of(std::int64_t stat_id) const;
  void take_value(Kind kind, const xplane::Stat& stat, EventMarks& marks) const;
  void add_steps(Profile& profile) const;
  void add_flows(Profile& profile);
  void add_memory(std::uint32_t plane_index, Profile& profile) const;

  const xplane::Plane& plane_;
  std::vector<Kind> dense_kinds_;
  std::unordered_map<std::int64_t, Kind> sparse_kinds_;
  bool has_kinds_ = false;
  std::vector<EventMarks> line_marks_;
  std::vector<Root> roots_;
  std::vector<FlowEnd> producers_;
  std::vector<FlowEnd> consumers_;
  std::vector<MemorySample> memory_;
};

}  // namespace opscope::viewer
