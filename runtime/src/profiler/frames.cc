#include "opscope/profiler/frames.h"

#include <pthread.h>

#include <mutex>
#include <new>
#include <unordered_map>

#include "opscope/profiler/record.h"

namespace opscope::profiler {
namespace {

struct FrameLoop {
  std::uint64_t next_number = 0;
  std::uint64_t last_mark_ticks = 0;
  std::uint64_t last_mark_epoch = 0;  // the session it was in; 0: none
};

void append_frame(NameId name, std::uint64_t start_ticks, std::uint64_t end_ticks,
                  std::uint64_t number) noexcept {
  detail::append_span<1>(detail::RecordKind::frame, static_cast<std::uint32_t>(name), start_ticks,
                         end_ticks, {number});
}

class FrameLoops {
 public:
  FrameLoops() {
    ::pthread_atfork([] { loops().mutex_.lock(); }, [] { loops().mutex_.unlock(); },
                     [] { loops().mutex_.unlock(); });
  }

  // Never destroyed: threads may record while the process ends.
  static FrameLoops& loops() {
    static auto* const instance = new FrameLoops;
    return *instance;
  }

  void mark(NameId name) {
    const std::uint64_t epoch = detail::session_epoch.load(std::memory_order_acquire);
    std::unique_lock lock(mutex_);
    FrameLoop& loop = loops_[name];
    const std::uint64_t now = now_ticks();
    const FrameLoop last = loop;
    const bool is_frame = epoch != 0 && last.last_mark_epoch == epoch;
    loop = {.next_number = last.next_number + (is_frame ? 1 : 0),
            .last_mark_ticks = now,
            .last_mark_epoch = epoch};
    lock.unlock();
    if (is_frame) append_frame(name, last.last_mark_ticks, now, last.next_number);
  }

  [[nodiscard]] std::uint64_t take_number(NameId name) {
    const std::lock_guard lock(mutex_);
    return loops_[name].next_number++;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<NameId, FrameLoop> loops_;
};

}  // namespace

void frame_mark(NameId name) noexcept try {
  if (is_recording()) FrameLoops::loops().mark(name);
} catch (const std::bad_alloc&) {
  return;
}

void frame_mark(const char* name) noexcept try {
  if (is_recording()) FrameLoops::loops().mark(intern(name));
} catch (const std::bad_alloc&) {
  return;
}

Frame::Frame(const char* name) : Frame(is_recording() ? intern(name) : NameId::none) {}

Frame::~Frame() {
  if (start_ticks_ == 0) return;
  const std::uint64_t end_ticks = now_ticks();
  try {
    append_frame(name_, start_ticks_, end_ticks, FrameLoops::loops().take_number(name_));
  } catch (const std::bad_alloc&) {
    return;
  }
}

}  // namespace opscope::profiler
