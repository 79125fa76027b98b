#include "recorder.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "crash_dump.h"
#include "moment_lock.h"
#include "name_table.h"
#include "opscope/profiler/profiled_mutex.h"
#include "thread_state.h"

namespace opscope::profiler::detail {

constinit std::atomic<std::uint64_t> session_epoch{0};
constinit thread_local ThreadRing thread_ring;
constinit thread_local std::array<CachedLiteral, 32> literal_cache;

namespace {

// Sorts by thread. The system gives the id of an ended thread to a later one: in a profile, both
// are one.
void merge_logs_of_equal_tid(std::vector<ThreadLog>& logs) {
  std::ranges::stable_sort(logs, {}, &ThreadLog::tid);
  std::vector<ThreadLog> merged;
  for (ThreadLog& log : logs) {
    if (merged.empty() || merged.back().tid != log.tid) {
      merged.push_back(std::move(log));
      continue;
    }
    ThreadLog& same = merged.back();
    same.chunks.insert(same.chunks.end(), log.chunks.begin(), log.chunks.end());
    same.dropped += log.dropped;
    same.overwritten += log.overwritten;
  }
  logs = std::move(merged);
}

// All threads that have recorded, and the running session.
class Recorder {
 public:
  Recorder();

  void begin(const Options& options) {
    throw_if_running();
    // Making memory resident takes milliseconds: not under the lock that threads may wait for.
    auto session = std::make_shared<Session>(options);
    auto crash_dump = options.dump_on_crash_to.empty() ? std::unique_ptr<CrashDump>()
                                                       : make_crash_dump(options.dump_on_crash_to);
    std::unique_ptr<Sampler> sampler;
    if (options.samples_per_second != 0) {
      sampler = std::make_unique<Sampler>(options.samples_per_second, options.buffer_bytes / 8);
    }
    const std::lock_guard lock(mutex_);
    throw_if_running_locked();
    sampler_ = std::move(sampler);
    lost_.store(0, std::memory_order_relaxed);
    session->epoch = ++last_epoch_;
    session->start = read_clock_anchor();
    session_ = std::move(session);
    if (crash_dump != nullptr) arm_crash_dump(std::move(crash_dump));
    session_epoch.store(last_epoch_, std::memory_order_release);
  }

  std::unique_ptr<CaptureData> end() {
    const std::lock_guard lock(mutex_);
    if (!session_) return nullptr;
    if (!session_->options.dump_on_crash_to.empty()) disarm_crash_dump();
    auto data = std::make_unique<CaptureData>();
    session_epoch.store(0, std::memory_order_relaxed);
    for (ThreadState* thread : threads_) {
      if (auto log = thread->leave_session()) data->threads.push_back(std::move(*log));
    }
    data->stop = read_clock_anchor();
    data->sampler = std::move(sampler_);
    const std::shared_ptr<Session> session = std::exchange(session_, nullptr);
    {
      const std::lock_guard session_lock(session->mutex);
      std::ranges::move(session->finished, std::back_inserter(data->threads));
    }
    merge_logs_of_equal_tid(data->threads);
    data->arena = session->arena;
    data->start = session->start;
    data->lost_without_thread = lost_.load(std::memory_order_relaxed);
    return data;
  }

  void add(ThreadState* thread) {
    const std::lock_guard lock(mutex_);
    threads_.push_back(thread);
  }

  // Also takes the log of the thread, under the same lock: no session can end in between.
  void remove(ThreadState* thread) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase(threads_, thread);
    thread->finish();
  }

  // False when no session is running.
  bool join_session(ThreadState& thread) {
    const std::lock_guard lock(mutex_);
    if (!session_) return false;
    thread.join(session_);
    if (sampler_ != nullptr) sampler_->add_this_thread();
    return true;
  }

  // The calls of a signal handler.
  [[nodiscard]] bool lock_in_crash() noexcept {
    return lock_within_a_moment([this] { return mutex_.try_lock(); });
  }
  void unlock_in_crash() noexcept { mutex_.unlock(); }
  [[nodiscard]] const ClockAnchor* live_start() const noexcept {
    return session_ ? &session_->start : nullptr;
  }
  void visit_live(void* context, LiveLogVisitor visit) noexcept;

  void count_lost() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void lock_for_fork() {
    mutex_.lock();
    if (sampler_ != nullptr) sampler_->lock_for_fork();
  }
  void unlock_after_fork() {
    if (sampler_ != nullptr) sampler_->unlock_after_fork();
    mutex_.unlock();
  }

  // In the child of a fork only the calling thread is left; it records nothing until it starts a
  // session of its own. What the others hold stays where it is.
  void forget_parent();

  void throw_if_running() {
    const std::lock_guard lock(mutex_);
    throw_if_running_locked();
  }

  void throw_if_running_locked() const {
    if (!session_) return;
    throw Error(ErrorCode::failed_precondition,
                "profiler: a session is recording already; stop it before starting another");
  }

  std::mutex mutex_;
  std::shared_ptr<Session> session_;
  std::unique_ptr<Sampler> sampler_;  // of the session, when it samples
  // Never destroyed: a thread that is not in this process may hold its locks.
  [[maybe_unused]] Sampler* sampler_of_parent_ = nullptr;
  std::uint64_t last_epoch_ = 0;
  std::vector<ThreadState*> threads_;
  std::atomic<std::uint64_t> lost_{0};
};

// Never destroyed: threads may record while the process ends.
Recorder& recorder() {
  static auto* const instance = new Recorder;
  return *instance;
}

// Trivially destructible, so that it can be asked after ThreadOwner is gone.
enum class ThreadPhase : std::uint8_t { unknown, alive, ended };
constinit thread_local ThreadPhase thread_phase = ThreadPhase::unknown;
constinit thread_local ThreadState* thread_state = nullptr;

constinit thread_local pid_t thread_id = 0;

// Its destructor is how we learn that a thread ends.
struct ThreadOwner {
  ThreadOwner() : state(thread_ring) {
    recorder().add(&state);
    thread_state = &state;
    thread_phase = ThreadPhase::alive;
  }
  ~ThreadOwner() {
    thread_state = nullptr;
    thread_phase = ThreadPhase::ended;
    recorder().remove(&state);
  }
  ThreadOwner(const ThreadOwner&) = delete;
  ThreadOwner& operator=(const ThreadOwner&) = delete;

  ThreadState state;
};

Recorder::Recorder() {
  ::pthread_atfork([] { recorder().lock_for_fork(); }, [] { recorder().unlock_after_fork(); },
                   [] {
                     recorder().forget_parent();
                     recorder().mutex_.unlock();
                   });
}

void Recorder::visit_live(void* context, LiveLogVisitor visit) noexcept {
  for (ThreadState* thread : threads_) thread->visit_live(context, visit);
  std::mutex& mutex = session_->mutex;
  const bool is_locked = lock_within_a_moment([&] { return mutex.try_lock(); });
  for (const ThreadLog& log : session_->finished) {
    visit(context, {.tid = log.tid,
                    .name = log.name,
                    .chunks = log.chunks,
                    .current = {},
                    .dropped = log.dropped,
                    .overwritten = log.overwritten});
  }
  if (is_locked) mutex.unlock();
}

void Recorder::forget_parent() {
  leave_crash_dump_to_parent();
  session_epoch.store(0, std::memory_order_relaxed);
  session_.reset();
  if (sampler_ != nullptr) {
    sampler_->forget_parent();
    sampler_of_parent_ = sampler_.release();
  }
  thread_id = 0;
  threads_.clear();
  if (thread_state == nullptr) return;
  thread_state->forget_parent();
  threads_.push_back(thread_state);
}

// nullptr when this thread has ended as far as we are concerned.
ThreadState* this_thread_state() {
  if (thread_phase == ThreadPhase::unknown) {
    thread_local ThreadOwner owner;
  }
  return thread_state;
}

}  // namespace

void append_slow(const std::uint64_t* words, std::size_t count) noexcept try {
  const std::uint64_t epoch = session_epoch.load(std::memory_order_acquire);
  ThreadState* const thread = this_thread_state();
  if (thread == nullptr) {
    if (epoch != 0) recorder().count_lost();
    return;
  }
  if (thread->count_if_full(epoch) || thread->append(words, count)) return;
  if (recorder().join_session(*thread)) thread->append(words, count);
} catch (const std::bad_alloc&) {
  recorder().count_lost();
}

void append_words(const std::uint64_t* words, std::size_t count) noexcept {
  const std::size_t size_bytes = count * sizeof(std::uint64_t);
  const std::uintptr_t at = thread_ring.cursor.load(std::memory_order_relaxed);
  if (at + size_bytes > thread_ring.limit.load(std::memory_order_relaxed)) {
    append_slow(words, count);
    return;
  }
  std::copy_n(words, count, reinterpret_cast<std::uint64_t*>(at));
  thread_ring.cursor.store(at + size_bytes, std::memory_order_release);
}

void append_long(std::uint64_t header, std::uint64_t start_ticks, std::uint64_t duration_ticks,
                 const std::uint64_t* args, std::size_t arg_count) noexcept {
  constexpr std::uint64_t kOneMoreWord = 1 << 4;
  constexpr std::uint64_t kBackwards = std::uint64_t{1} << 63;  // the end was before the start
  const bool is_backwards = duration_ticks >= kBackwards;
  std::array<std::uint64_t, kMaxRecordWords> words{};
  words[0] = is_backwards ? header : header + kOneMoreWord + (kLongDuration << 32);
  words[1] = start_ticks;
  std::copy_n(args, arg_count, words.begin() + 2);
  words[2 + arg_count] = duration_ticks;
  append_words(words.data(), 2 + arg_count + (is_backwards ? 0 : 1));
}

pid_t this_thread_id() noexcept {
  if (thread_id == 0) thread_id = ::gettid();
  return thread_id;
}

NameId intern_literal_slow(const char* name, CachedLiteral& slot) noexcept try {
  slot = {.text = name, .id = intern(name)};
  return slot.id;
} catch (const std::bad_alloc&) {
  return NameId::none;
}

LiveSession::LiveSession() noexcept : is_locked_(recorder().lock_in_crash()) {}

LiveSession::~LiveSession() {
  if (is_locked_) recorder().unlock_in_crash();
}

const ClockAnchor* LiveSession::start() const noexcept { return recorder().live_start(); }

void LiveSession::visit_logs(void* context, LiveLogVisitor visit) const noexcept {
  recorder().visit_live(context, visit);
}

void begin_session(const Options& options) { recorder().begin(options); }

std::unique_ptr<CaptureData> end_session() { return recorder().end(); }

void rename_this_thread(std::string_view name) {
  if (ThreadState* const thread = this_thread_state()) thread->rename(name);
}

}  // namespace opscope::profiler::detail
