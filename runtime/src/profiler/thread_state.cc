#include "thread_state.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "moment_lock.h"
#include "record_reader.h"

namespace opscope::profiler::detail {
namespace {

std::string system_thread_name() {
  char name[16] = "";  // the kernel's limit, with the final zero
  ::pthread_getname_np(::pthread_self(), name, sizeof name);
  return name;
}

std::uint64_t count_records(Chunk chunk) {
  std::uint64_t count = 0;
  for_each_record(chunk, [&](const RecordView&) { ++count; });
  return count;
}

}  // namespace

ThreadState::ThreadState(ThreadRing& ring) : ring_(ring), tid_(::gettid()) {}

bool ThreadState::count_if_full(std::uint64_t epoch) noexcept {
  if (epoch == 0 || full_epoch_.load(std::memory_order_relaxed) != epoch) return false;
  count_drop();
  return true;
}

// Only the owner writes, so that this needs no locked instruction.
void ThreadState::count_drop() noexcept {
  dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

bool ThreadState::append(const std::uint64_t* words, std::size_t count) noexcept {
  const std::lock_guard lock(mutex_);
  if (!session_) return false;
  std::uint64_t* const chunk = next_chunk();
  if (chunk == nullptr) {
    full_epoch_.store(session_->epoch, std::memory_order_relaxed);
    count_drop();
    return true;
  }
  const auto begin = reinterpret_cast<std::uintptr_t>(chunk);
  std::copy_n(words, count, chunk);
  ring_.limit.store(begin + session_->arena->chunk_bytes(), std::memory_order_relaxed);
  ring_.cursor.store(begin + count * sizeof(std::uint64_t), std::memory_order_release);
  return true;
}

// A failure to note the chunk that is being left counts as a full buffer.
std::uint64_t* ThreadState::next_chunk() try {
  close_current_chunk();
  if (chunks_.size() == chunks_.capacity()) chunks_.reserve(2 * chunks_.size() + 8);
  std::uint64_t* chunk = session_->arena->take_chunk();
  if (chunk == nullptr && session_->options.policy == Policy::ring) chunk = recycle_chunk();
  if (chunk != nullptr) current_ = chunk;
  return chunk;
} catch (const std::bad_alloc&) {
  return nullptr;
}

void ThreadState::close_current_chunk() {
  if (current_ == nullptr) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(current_);
  const std::uintptr_t end = ring_.cursor.load(std::memory_order_acquire);
  chunks_.push_back({current_, (end - begin) / sizeof(std::uint64_t)});
  current_ = nullptr;
  ring_.limit.store(0, std::memory_order_relaxed);
}

std::uint64_t* ThreadState::recycle_chunk() {
  Chunk oldest;
  {
    const std::lock_guard lock(session_->mutex);
    for (ThreadLog& log : session_->finished) {
      if (log.chunks.empty()) continue;
      oldest = log.chunks.front();
      log.chunks.erase(log.chunks.begin());
      log.overwritten += count_records(oldest);
      return const_cast<std::uint64_t*>(oldest.data());
    }
  }
  if (chunks_.empty()) return nullptr;
  oldest = chunks_.front();
  chunks_.erase(chunks_.begin());
  overwritten_ += count_records(oldest);
  return const_cast<std::uint64_t*>(oldest.data());
}

void ThreadState::join(std::shared_ptr<Session> session) {
  const std::lock_guard lock(mutex_);
  system_name_ = system_thread_name();
  held_arena_ = session->arena;
  session_ = std::move(session);
  dropped_.store(0, std::memory_order_relaxed);
  overwritten_ = 0;
}

std::optional<ThreadLog> ThreadState::leave_session() {
  const std::lock_guard lock(mutex_);
  return leave_locked();
}

std::optional<ThreadLog> ThreadState::leave_locked() {
  if (!session_) return std::nullopt;
  close_current_chunk();
  session_.reset();
  ThreadLog log{.tid = tid_,
                .name = name_.empty() ? system_name_ : name_,
                .chunks = std::exchange(chunks_, {}),
                .dropped = dropped_.load(std::memory_order_relaxed),
                .overwritten = overwritten_};
  return log;
}

void ThreadState::finish() noexcept try {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<Session> session = session_;
  std::optional<ThreadLog> log = leave_locked();
  ring_.limit.store(0, std::memory_order_relaxed);
  if (!log) return;
  const std::lock_guard session_lock(session->mutex);
  session->finished.push_back(std::move(*log));
} catch (const std::bad_alloc&) {
  return;  // the log of this thread is lost; nothing else can be done at its end
}

void ThreadState::visit_live(void* context, LiveLogVisitor visit) noexcept {
  const bool is_locked = lock_within_a_moment([this] { return mutex_.try_lock(); });
  if (session_) {
    LiveLog log{.tid = tid_,
                .name = name_.empty() ? system_name_ : name_,
                .chunks = chunks_,
                .current = {},
                .dropped = dropped_.load(std::memory_order_relaxed),
                .overwritten = overwritten_};
    if (current_ != nullptr) {
      const auto begin = reinterpret_cast<std::uintptr_t>(current_);
      const std::uintptr_t end = ring_.cursor.load(std::memory_order_acquire);
      log.current = {current_, (end - begin) / sizeof(std::uint64_t)};
    }
    visit(context, log);
  }
  if (is_locked) mutex_.unlock();
}

void ThreadState::forget_parent() noexcept {
  tid_ = ::gettid();
  ring_.limit.store(0, std::memory_order_relaxed);
  current_ = nullptr;
  chunks_.clear();
  session_.reset();
}

void ThreadState::rename(std::string_view name) {
  const std::lock_guard lock(mutex_);
  name_ = name;
}

}  // namespace opscope::profiler::detail
