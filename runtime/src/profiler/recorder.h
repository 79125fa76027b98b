// The slow path of recording: threads join the running session, take chunks, and leave.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

#include "session_data.h"

namespace opscope::profiler::detail {

// Begins a session; throws failed_precondition when one is running.
void begin_session(const Options& options);

// Ends it; nullptr when none is running. `what` it recorded, sorted by thread.
[[nodiscard]] std::unique_ptr<CaptureData> end_session();

// What a thread has recorded so far in the session that is running.
struct LiveLog {
  pid_t tid = 0;
  std::string_view name;
  std::span<const Chunk> chunks;
  Chunk current;  // the chunk it is writing to, as far as it got
  std::uint64_t dropped = 0;
  std::uint64_t overwritten = 0;
};

using LiveLogVisitor = void (*)(void* context, const LiveLog& log);

// For a signal handler: holds the running session, which must be there, still.
class LiveSession {
 public:
  LiveSession() noexcept;
  ~LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  // nullptr when none is running after all.
  [[nodiscard]] const ClockAnchor* start() const noexcept;

  template <typename Visit>
  void for_each_log(Visit&& visit) const noexcept {
    visit_logs(&visit, [](void* context, const LiveLog& log) {
      (*static_cast<std::remove_reference_t<Visit>*>(context))(log);
    });
  }

 private:
  void visit_logs(void* context, LiveLogVisitor visit) const noexcept;

  bool is_locked_;
};

void rename_this_thread(std::string_view name);

}  // namespace opscope::profiler::detail
