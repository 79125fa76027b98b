#include "file_writer_core.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <atomic>
#include <system_error>
#include <utility>

#include "opscope/log.h"

namespace opscope::summary {
namespace {

std::atomic<std::uint64_t> g_fork_count{0};

std::uint64_t fork_count() noexcept { return g_fork_count.load(std::memory_order_relaxed); }

// The number of forks between the first process with a writer and this one.
std::uint64_t watch_forks() {
  static const int registered = pthread_atfork(
      nullptr, nullptr, [] { g_fork_count.fetch_add(1, std::memory_order_relaxed); });
  if (registered != 0) throw error_from_errno(registered, "watch forks of", "this process");
  return fork_count();
}

// The lock is held for some ten nanoseconds: a short spin is cheaper than sleeping.
std::unique_lock<std::mutex> lock_briefly(std::mutex& mutex) {
  constexpr int kSpins = 64;
  for (int i = 0; i < kSpins; ++i) {
    if (mutex.try_lock()) return {mutex, std::adopt_lock};
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return std::unique_lock(mutex);
}

// A piece has to fit into a file, behind the header.
std::uint64_t max_piece_bytes(const FileWriterOptions& options) {
  constexpr std::uint64_t kMaxHeaderBytes = 100;
  if (options.max_file_bytes == 0) return 0;
  return options.max_file_bytes > kMaxHeaderBytes ? options.max_file_bytes - kMaxHeaderBytes : 1;
}

double system_wall_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

FileWriter::Core::Core(const std::string& logdir, const FileWriterOptions& options)
    : logdir_(logdir),
      options_(options),
      fork_count_(watch_forks()),
      queue_(options.max_queue_bytes, max_piece_bytes(options)),
      file_(logdir, options.filename_suffix, options.create_file, options.min_file_time_s) {
  taken_.reserve(queue_.max_chunks());
  file_.open(wall_time());
  path_ = file_.path();
  start_thread();
}

FileWriter::Core::~Core() {
  try {
    close();
  } catch (const Error& error) {
    log_message(LogLevel::error, error.what());
  }
}

// With all signals blocked, so that the program's handlers run in the program's threads and a file
// size limit arrives as an error.
void FileWriter::Core::start_thread() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error_number = 0;
  try {
    thread_ = std::thread(&Core::run, this);
  } catch (const std::system_error& error) {
    error_number = error.code().value();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error_number != 0)
    throw error_from_errno(error_number, "start the writing thread for", path_);
}

double FileWriter::Core::wall_time() const {
  return options_.wall_clock ? options_.wall_clock() : system_wall_time();
}

bool FileWriter::Core::is_in_own_process() const noexcept { return fork_count_ == fork_count(); }

std::string FileWriter::Core::path() const {
  const std::lock_guard lock(mutex_);
  return path_;
}

std::uint64_t FileWriter::Core::dropped_records() const noexcept {
  const std::lock_guard lock(mutex_);
  return dropped_records_;
}

void FileWriter::Core::append(std::string_view record) {
  Lock lock = lock_briefly(mutex_);
  append_when_room(lock, record);
  if (thread_waits_ && (thread_is_idle_ || has_work())) wake_thread(lock);
}

void FileWriter::Core::append_when_room(Lock& lock, std::string_view record) {
  for (;;) {
    if (is_closed_) {
      throw Error(ErrorCode::failed_precondition, "the writer of " + path_ + " is closed");
    }
    if (queue_.has_room(record.size())) break;
    if (is_failing_ || options_.when_full == WhenFull::drop) return count_dropped();
    ++threads_waiting_for_room_;
    work_.notify_one();
    room_.wait(lock);
    --threads_waiting_for_room_;
  }
  queue_.append(record);
  ++accepted_records_;
}

void FileWriter::Core::count_dropped() {
  ++dropped_records_;
  if (!is_failing_) return;
  ++unreported_lost_records_;
  if (!failure_) failure_ = last_failure_;
}

// Unlocks.
void FileWriter::Core::wake_thread(Lock& lock) {
  thread_waits_ = false;
  lock.unlock();
  work_.notify_one();
}

void FileWriter::Core::flush() {
  Lock lock(mutex_);
  if (is_closed_) {
    throw Error(ErrorCode::failed_precondition, "the writer of " + path_ + " is closed");
  }
  flush_locked(lock);
  throw_failure("they wait to be tried again");
}

void FileWriter::Core::flush_locked(Lock& lock) {
  const std::uint64_t ticket = ++flushes_wanted_;
  work_.notify_one();
  done_.wait(lock, [&] { return flushes_done_ >= ticket; });
}

void FileWriter::Core::close() {
  Lock lock(mutex_);
  if (is_closed_) return;
  is_closed_ = true;
  room_.notify_all();
  flush_locked(lock);
  thread_ends_ = true;
  work_.notify_one();
  lock.unlock();
  thread_.join();
  lock.lock();
  file_.close();
  if (options_.when_full == WhenFull::drop && dropped_records_ > 0) {
    log_message(LogLevel::warning, path_ + ": the full buffer dropped " +
                                       std::to_string(dropped_records_) + " records");
  }
  throw_failure("they are lost");
}

void FileWriter::Core::throw_failure(const char* fate) {
  if (!failure_) return;
  const std::uint64_t waiting = accepted_records_ - written_records_;
  const std::uint64_t lost = std::exchange(unreported_lost_records_, 0);
  std::string message = failure_->what();
  message += "; " + std::to_string(waiting + lost) + " records not written";
  if (waiting > 0)
    message.append(": ").append(std::to_string(waiting) + " of them waited, ").append(fate);
  if (lost > 0) message += "; " + std::to_string(lost) + " found the buffer full and are lost";
  const Error error(failure_->code(), message);
  failure_.reset();
  throw error;
}

}  // namespace opscope::summary
