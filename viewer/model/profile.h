// A profile in memory: hosts > planes > lines > events, the events of a line in columns.
// Read from XSpace files and Chrome traces by model/profile_loader.h; immutable afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::viewer {

// An index into Profile::names.
using NameId = std::uint32_t;

// A name that events share. `op_type` is set for events called "op name:OpType", as TensorFlow
// does.
struct ProfileName {
  std::string text;     // as in the file
  std::string display;  // what to show: display_name, or the part before the op type
  std::string op_type;
};

// One thread, stream or other row of slices. The columns are equally long and sorted by start,
// longer first; depth 0 is outermost. Every depth's events do not overlap, also where the file's
// do.
struct ProfileLine {
  std::uint32_t plane = 0;  // index into Profile::planes
  std::int64_t id = 0;      // thread id
  std::string name;
  std::string display_name;            // never empty: falls back to the name, then to the id
  std::vector<std::int64_t> start_ps;  // since Profile::start_ns
  std::vector<std::int64_t> duration_ps;
  std::vector<std::int64_t> self_ps;  // duration without that of the events nested in it
  std::vector<NameId> name_id;
  std::vector<std::uint16_t> depth;
  std::vector<std::uint64_t> source_offset;  // where the event's arguments are in its file
  // Events by depth: those of depth d are row_events[row_begin[d] .. row_begin[d + 1]), by start.
  std::vector<std::uint32_t> row_begin;  // depth_count() + 1 entries
  std::vector<std::uint32_t> row_events;
  std::vector<std::int64_t> row_busy_ps;  // running sum of durations within row_events

  [[nodiscard]] std::size_t size() const noexcept { return start_ps.size(); }
  [[nodiscard]] std::size_t depth_count() const noexcept {
    return row_begin.empty() ? 0 : row_begin.size() - 1;
  }
  [[nodiscard]] std::int64_t end_ps(std::size_t event) const {
    return start_ps[event] + duration_ps[event];
  }
};

// A process or device: "/host:CPU", "/device:GPU:0".
struct ProfilePlane {
  std::uint32_t host = 0;  // index into Profile::hosts
  std::int64_t id = 0;
  std::string name;
  std::vector<std::uint32_t> lines;  // indices into Profile::lines, in the file's order
};

struct ProfileArg {
  std::string key;
  std::string value;  // as text; strings without quotes
};

// One event: the event-th of Profile::lines[line].
struct EventRef {
  std::uint32_t line = 0;
  std::uint32_t event = 0;

  friend bool operator==(const EventRef&, const EventRef&) = default;
};

// A value over time: memory in use, a counter of the program. Times increase.
struct ProfileCounter {
  std::uint32_t plane = 0;
  std::string name;
  std::string unit;  // "bytes" or ""
  std::vector<std::int64_t> times_ps;
  std::vector<double> values;
};

// A training step: the span of its root event, or of a Chrome trace's "ProfilerStep#n".
struct ProfileStep {
  std::int64_t number = 0;
  std::string name;
  std::int64_t start_ps = 0;
  std::int64_t duration_ps = 0;
  EventRef root;
};

// Work that one event handed to another.
struct ProfileFlow {
  EventRef from;
  EventRef to;
};

class FileBytes;

// A file of the profile, kept for the arguments of its events.
struct ProfileFile {
  std::string path;
  std::shared_ptr<const FileBytes> bytes;  // decompressed
  bool is_json = false;
};

struct Profile {
  std::vector<std::string> hosts;
  std::vector<ProfilePlane> planes;
  std::vector<ProfileLine> lines;
  std::vector<ProfileName> names;
  std::vector<ProfileCounter> counters;
  std::vector<ProfileStep> steps;     // by start
  std::vector<ProfileFlow> flows;     // by the source's start
  std::vector<std::string> warnings;  // what could not be read, and what the writer reported
  std::vector<ProfileFile> files;     // one per host
  std::int64_t start_ns = 0;     // wall time of time 0, nanoseconds since the epoch; 0 when unknown
  std::int64_t duration_ps = 0;  // end of the last event
  std::uint64_t event_count = 0;
};

// The arguments of an event, decoded from the file's bytes now. Empty when it has none. For many
// events use EventArgs.
[[nodiscard]] std::vector<ProfileArg> event_args(const Profile& profile, EventRef event);

// Decodes the arguments of many events. Borrows the profile; belongs to one thread at a time.
class EventArgs {
 public:
  explicit EventArgs(const Profile& profile);
  EventArgs(const EventArgs&) = delete;
  EventArgs& operator=(const EventArgs&) = delete;
  ~EventArgs();

  [[nodiscard]] std::vector<ProfileArg> of(EventRef event);

 private:
  struct Readers;
  const Profile& profile_;
  std::unique_ptr<Readers> readers_;
};

// The event's name as it is shown.
[[nodiscard]] std::string_view event_name(const Profile& profile, EventRef event);

}  // namespace opscope::viewer
