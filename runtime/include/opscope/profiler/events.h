// Events other than zones: counters, messages, memory, flows between threads, thread names.
//
// Every recording function here does nothing when no session records, never throws, locks as seldom
// as zones do, and may not be called from a signal handler.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "opscope/profiler/hooks.h"
#include "opscope/profiler/record.h"

namespace opscope::profiler {

// One sample of a value that changes over time, in any unit (say it in the name: "queue_bytes").
// 24 bytes, one clock reading.
inline void counter(NameId name, double value) noexcept {
  if (!is_recording()) return;
  constexpr std::uint64_t kHeader = detail::make_header(detail::RecordKind::counter, 0, 3);
  detail::append<1>(kHeader | static_cast<std::uint64_t>(name) << 8, now_ticks(),
                    {std::bit_cast<std::uint64_t>(value)});
}

// A line of text at this moment on this thread. Cut at 1,000 bytes.
void message(std::string_view text) noexcept;

// What XProf's memory_profile shows; the fields are those of its MemoryAllocation events.
struct MemoryEvent {
  NameId allocator = NameId::none;  // for example "cpu"; the memory id of the picker
  NameId op = NameId::none;         // the op that asked; not written for deallocations, where
                                    // XProf would count it as one more run of the op
  NameId shape = NameId::none;      // "[2,3]"
  NameId region = NameId::none;     // "output", "temp", "persist"
  std::int32_t data_type = 0;       // TensorFlow's DataType number
  std::uint64_t address = 0;        // matches deallocations to allocations
  std::int64_t allocation_bytes = 0;
  std::int64_t requested_bytes = 0;
  std::int64_t bytes_in_use = 0;  // of the allocator, after this event
  std::int64_t peak_bytes_in_use = 0;
  std::int64_t bytes_available = 0;  // still free to this allocator, when known
};

void record_allocation(const MemoryEvent& event) noexcept;
void record_deallocation(const MemoryEvent& event) noexcept;

// A hand-over of work from one thread to another, drawn as an arrow, and the way by which a step
// owns the work of other threads. Unique in the process.
enum class FlowId : std::uint64_t { none = 0 };
[[nodiscard]] FlowId new_flow() noexcept;

namespace detail {
template <RecordKind kKind>
class FlowZone {
 public:
  FlowZone(FlowId flow, NameId name) noexcept
      : flow_(flow), name_(static_cast<std::uint32_t>(name)) {
    if (is_recording()) [[unlikely]]
      start_ticks_ = now_ticks();
  }
  ~FlowZone() {
    if (start_ticks_ != 0) [[unlikely]] {
      append_span<1>(kKind, name_, start_ticks_, now_ticks(), {static_cast<std::uint64_t>(flow_)});
    }
  }
  FlowZone(const FlowZone&) = delete;
  FlowZone& operator=(const FlowZone&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;  // 0: not recording
  FlowId flow_;
  std::uint32_t name_;
};
}  // namespace detail

// A zone on the thread that hands work over, for example around the call that queues it. Without
// a name it has TensorFlow's, "FunctionRun".
class FlowSource : private detail::FlowZone<detail::RecordKind::flow_out> {
 public:
  explicit FlowSource(FlowId flow, NameId name = NameId::none) noexcept : FlowZone(flow, name) {}
};

// A zone on the thread that does the work handed over. Without a name it has TensorFlow's,
// "ExecutorState::Process".
class FlowTarget : private detail::FlowZone<detail::RecordKind::flow_in> {
 public:
  explicit FlowTarget(FlowId flow, NameId name = NameId::none) noexcept : FlowZone(flow, name) {}
};

// Names the calling thread in profiles, from now on and in a session that is running. Threads
// without one have the system's name. Takes a lock.
void set_thread_name(std::string_view name);

}  // namespace opscope::profiler
