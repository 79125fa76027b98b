// Frames: the rounds of a loop that the user waits for, such as a redraw or a request.
//
// Frames of one name have a line of their own in profiles, "frames: <name>", and are numbered from
// 0 over all sessions of the process. Nothing happens when nothing records; else every function
// takes a lock for a moment. May be used from any thread; frames of one name that overlap do so on
// their line, too.
#pragma once

#include <cstdint>

#include "opscope/profiler/clock.h"
#include "opscope/profiler/hooks.h"
#include "opscope/profiler/names.h"
#include "opscope/profiler/session.h"

namespace opscope::profiler {

// Ends a frame and begins the next: the frame recorded is from the last mark of this name to now.
// What was before the first mark of a session is no frame. Never throws.
void frame_mark(NameId name) noexcept;

// The same for a literal. Interns it each time.
void frame_mark(const char* name) noexcept;

// A frame from construction to destruction, for work with pauses between its frames.
class Frame {
 public:
  explicit Frame(NameId name) noexcept : name_(name) {
    if (is_recording()) [[unlikely]]
      start_ticks_ = now_ticks();
  }
  explicit Frame(const char* name);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

 private:
  std::uint64_t start_ticks_ = 0;  // 0: not recording
  NameId name_;
};

}  // namespace opscope::profiler
