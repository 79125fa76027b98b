// One recording thread, as the slow path sees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "opscope/profiler/record.h"
#include "recorder.h"
#include "session_data.h"

namespace opscope::profiler::detail {

// Lock order: the recorder's mutex, then this mutex, then Session::mutex.
class ThreadState {
 public:
  explicit ThreadState(ThreadRing& ring);

  // The owner's calls.

  // Stores a record in a new chunk of the session that this thread has joined, or counts it. False
  // when the thread is in no session.
  bool append(const std::uint64_t* words, std::size_t count) noexcept;

  // Joins a session. Only when it is in none.
  void join(std::shared_ptr<Session> session);

  // Leaves for good, giving what it recorded to its session, if any.
  void finish() noexcept;

  // True when the thread's session `epoch` is known to be full: the event was counted.
  bool count_if_full(std::uint64_t epoch) noexcept;

  void rename(std::string_view name);

  // In the child of a fork, on its only thread: leaves the parent's session, dropping its records.
  void forget_parent() noexcept;

  // For a signal handler of any thread.
  void visit_live(void* context, LiveLogVisitor visit) noexcept;

  // The stopping thread's call: takes what was recorded and closes the way to the chunk.
  [[nodiscard]] std::optional<ThreadLog> leave_session();

 private:
  [[nodiscard]] std::optional<ThreadLog> leave_locked();
  [[nodiscard]] std::uint64_t* next_chunk();
  [[nodiscard]] std::uint64_t* recycle_chunk();
  void close_current_chunk();
  void count_drop() noexcept;

  ThreadRing& ring_;
  pid_t tid_;
  std::atomic<std::uint64_t> full_epoch_{0};
  std::atomic<std::uint64_t> dropped_{0};

  std::mutex mutex_;  // guards what follows
  std::string name_;  // given by rename()
  std::string system_name_;
  std::shared_ptr<Session> session_;
  std::vector<Chunk> chunks_;  // left behind, oldest first; always has room for one more
  std::uint64_t* current_ = nullptr;
  std::uint64_t overwritten_ = 0;
  // Keeps the chunk mapped that the owner may still be storing into, until its next slow path.
  std::shared_ptr<Arena> held_arena_;
};

}  // namespace opscope::profiler::detail
