// Recording what a program does and when, and writing it as an XSpace for XProf and the viewer.
// Any C++ program can use this; it needs no runtime of ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "opscope/error.h"
#include "opscope/summary/trace.h"

namespace opscope::profiler {

// The id of an interned name; 0 is no name. Interning the same text twice gives the same id;
// ids live as long as the process. Thread-safe.
enum class NameId : std::uint32_t { none = 0 };
[[nodiscard]] NameId intern(std::string_view name);

struct Options {
  // Memory for recorded events, over all threads. Beyond it events are counted and dropped.
  std::uint64_t buffer_bytes = std::uint64_t{256} << 20;
};

// Starts a session. Throws failed_precondition when one is recording.
void start(const Options& options = {});

// True while a session records: one relaxed load.
[[nodiscard]] bool is_recording() noexcept;

// Stops the session and writes <logdir>/plugins/profile/<session>/<host>.xplane.pb by a rename;
// gives the path of the file. Throws ProfilerNotRunning when nothing records.
std::string stop_and_export(const std::string& logdir);

// Stops the session, if any, and drops what it recorded.
void discard() noexcept;

// The clock of the recorder, in ticks; only differences and record_* arguments have a meaning.
[[nodiscard]] std::uint64_t now_ticks() noexcept;

// Nanoseconds since the Unix epoch of a tick count.
[[nodiscard]] std::int64_t unix_ns_from_ticks(std::uint64_t ticks) noexcept;

// An operation that ran from `start_ticks` to `end_ticks` on this thread; `name` is the interned
// "<node name>:<op type>", the form that XProf's op statistics need.
void record_op(NameId name, std::uint64_t start_ticks, std::uint64_t end_ticks) noexcept;

// Names the calling thread in profiles.
void set_thread_name(std::string_view name);

// A zone on this thread from construction to destruction. When nothing records: one load and a
// branch. `name` must be a literal or outlive the process (use intern() for dynamic names).
class Zone {
 public:
  explicit Zone(const char* name) noexcept;
  explicit Zone(NameId name) noexcept;
  ~Zone();
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;  // 0: not recording
  std::uint64_t name_ = 0;
};

// One training step: XProf's step of that number, on this thread from construction to destruction.
class Step {
 public:
  explicit Step(std::int64_t step_num) noexcept;
  ~Step();
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;
  std::int64_t step_num_;
};

}  // namespace opscope::profiler
