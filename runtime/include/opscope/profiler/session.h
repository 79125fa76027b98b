// Starting and stopping the one recording session of the process.
//
// Thread rule: every function here may be called from any thread, while any thread records.
//
// The child of a fork() does not record; it may start a session of its own. The parent's goes on.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "opscope/error.h"
#include "opscope/profiler/capture.h"
#include "opscope/profiler/hooks.h"

namespace opscope::profiler {

// What happens to events when the memory of Options::buffer_bytes is used up.
enum class Policy {
  drop_newest,  // they are counted and dropped
  ring,         // each thread overwrites its own oldest events (those of ended threads first)
};

struct Options {
  // Memory for recorded events, over all threads, at least 64 KiB. start() reserves it and makes
  // an eighth resident, 32 MiB at most; the rest becomes resident as it fills. Threads take it in
  // pieces of one 64th, between 4 and 64 KiB.
  std::uint64_t buffer_bytes = std::uint64_t{256} << 20;
  Policy policy = Policy::drop_newest;

  // When not 0: how many times in a second of CPU time (10,000 at most) each thread of the process
  // is sampled by Linux's perf_event. A function met in samples becomes an event beneath the zones
  // of its thread, with the number of its samples as `samples`. Call chains are followed by frame
  // pointers: compile with -fno-omit-frame-pointer, else callers are missing. Names come from the
  // symbol tables of the executable and its libraries. A thread that starts during the session is
  // sampled from the end of its first event or from some milliseconds after its start on. Samples
  // take an eighth of buffer_bytes besides; further ones are counted in dropped_count(). Where the
  // kernel refuses, a warning is logged and stands in the file, and all else is recorded. A crash
  // dump holds no samples.
  std::uint32_t samples_per_second = 0;

  // When not empty: a file that gets an XSpace with what was recorded so far when the program dies
  // of SIGSEGV, SIGABRT, SIGFPE or SIGBUS, replacing an older one; with Policy::ring, the flight
  // recorder. start() opens a temporary file beside it, and throws Error with the path when it
  // cannot; stop() removes that. The handlers that were there before run afterwards. The file's
  // events are in the order in which they ended. A thread whose stack overflowed leaves a dump only
  // when it has an alternate signal stack.
  std::string dump_on_crash_to = {};
};

// Starts a session. Throws failed_precondition when one is recording, and resource_exhausted when
// the memory cannot be reserved.
//
// A session holds what began after start() and ended before stop(); a zone that was open at either
// end is left out. Those open at stop() are not counted either: a zone stores nothing before it
// ends, so that its thread alone knows of it, and a count of the open ones would have to be kept at
// each beginning and each end.
void start(const Options& options = {});

// Stops the session and gives what it recorded. Throws ProfilerNotRunning when nothing records.
// Threads that are recording are not waited for: an event that is being stored at this moment is
// either whole in the capture or not in it.
[[nodiscard]] Capture stop();

// Stops the session and writes <logdir>/plugins/profile/<session>/<host>.xplane.pb by a rename;
// gives the path of the file. Throws ProfilerNotRunning when nothing records, and Error when the
// file cannot be written (the session is stopped and its events are gone; use stop() and
// Capture::export_to to try again elsewhere).
std::string stop_and_export(const std::string& logdir);

// Stops the session, if any, and drops what it recorded.
void discard() noexcept;

namespace detail {
// The number of the running session; 0: none.
extern constinit std::atomic<std::uint64_t> session_epoch;
}  // namespace detail

// True while a session records: one relaxed load.
[[nodiscard]] inline bool is_recording() noexcept {
  return detail::session_epoch.load(std::memory_order_relaxed) != 0;
}

}  // namespace opscope::profiler
