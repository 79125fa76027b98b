// The thread of a FileWriter.
#include <chrono>
#include <utility>

#include "file_writer_core.h"
#include "opscope/summary/record_writer.h"
#include "wire.h"

namespace opscope::summary {

void FileWriter::Core::run() {
  Lock lock(mutex_);
  while (!thread_ends_) {
    wait_for_work(lock);
    write_round(lock);
  }
}

// While the disk fails only a flush or the interval tries again.
bool FileWriter::Core::has_work() const {
  if (flushes_wanted_ != flushes_done_ || thread_ends_) return true;
  if (is_failing_) return false;
  return queue_.has_full_chunks() || threads_waiting_for_room_ > 0 || has_too_many_records();
}

bool FileWriter::Core::has_too_many_records() const {
  return options_.max_queue > 0 && queue_.record_count() > options_.max_queue;
}

// Returns with work to do, or when the flush interval has passed. After an interval without a
// record the thread sleeps until there is one.
void FileWriter::Core::wait_for_work(Lock& lock) {
  const std::chrono::milliseconds interval(options_.flush_millis);
  auto deadline = std::chrono::steady_clock::now() + interval;
  while (!has_work()) {
    thread_waits_ = true;
    if (options_.flush_millis == 0) {
      work_.wait(lock);
    } else if (was_quiet_ && taken_.empty() && !queue_.has_records()) {
      thread_is_idle_ = true;
      work_.wait(lock);
      thread_is_idle_ = false;
      was_quiet_ = false;
      deadline = std::chrono::steady_clock::now() + interval;
    } else if (work_.wait_until(lock, deadline) == std::cv_status::timeout) {
      was_quiet_ = !queue_.has_records();
      break;
    }
  }
  thread_waits_ = false;
}

void FileWriter::Core::write_round(Lock& lock) {
  const std::uint64_t flushes = flushes_wanted_;
  const bool is_flush = flushes != flushes_done_;
  // A piece that is not full is left alone when that is no hardship: writes are to be large.
  const bool only_full = queue_.has_full_chunks() && !is_flush && threads_waiting_for_room_ == 0 &&
                         !has_too_many_records();
  queue_.take(taken_, !only_full);

  lock.unlock();
  std::optional<Error> error;
  const std::size_t done = write_taken(is_flush, error);
  lock.lock();

  for (std::size_t i = 0; i < done; ++i) {
    written_records_ += taken_[i].records;
    queue_.give_back(std::move(taken_[i]));
  }
  taken_.erase(taken_.begin(), taken_.begin() + static_cast<std::ptrdiff_t>(done));
  is_failing_ = !taken_.empty();
  if (error) {
    last_failure_ = error;
    if (!failure_) failure_ = error;
  }
  path_ = file_.path();
  flushes_done_ = flushes;
  if (threads_waiting_for_room_ > 0) room_.notify_all();
  if (is_flush) done_.notify_all();
}

std::size_t FileWriter::Core::write_taken(bool is_flush, std::optional<Error>& error) {
  if (!file_.is_reachable() && !begin_new_file(error)) return 0;
  std::size_t done = 0;
  for (RecordChunk& chunk : taken_) {
    if (is_too_long_with(chunk) && !rotate_file(error)) return done;
    const WriteOutcome outcome = file_.append(chunk.unwritten());
    chunk.bytes_written += outcome.bytes_written;
    if (!chunk.unwritten().empty()) {
      error = error_from_errno(outcome.error_number, "write", file_.path());
      return done;
    }
    records_in_file_ += chunk.records;
    ++done;
  }
  if (is_flush && options_.is_durable) {
    const int error_number = file_.sync();
    if (error_number != 0) error = error_from_errno(error_number, "sync", file_.path());
  }
  return done;
}

bool FileWriter::Core::is_too_long_with(const RecordChunk& chunk) const noexcept {
  return options_.max_file_bytes > 0 && chunk.bytes_written == 0 && records_in_file_ > 0 &&
         file_.size_bytes() + chunk.size > options_.max_file_bytes;
}

// What is in the old file is as durable as a flush would make it, because no later flush reaches
// it.
bool FileWriter::Core::rotate_file(std::optional<Error>& error) {
  if (options_.is_durable) {
    const int error_number = file_.sync();
    if (error_number != 0) error = error_from_errno(error_number, "sync", file_.path());
  }
  try {
    file_.open(wall_time());
  } catch (const Error& open_error) {
    error = open_error;
    return false;
  }
  records_in_file_ = 0;
  return true;
}

// The file has been removed: what is written to it now would be nowhere.
bool FileWriter::Core::begin_new_file(std::optional<Error>& error) {
  const std::string removed =
      file_.path() + " was removed, with " + std::to_string(records_in_file_) + " records in it";
  try {
    file_.open(wall_time());
  } catch (const Error& open_error) {
    error = Error(open_error.code(), removed + "; " + open_error.what());
    return false;
  }
  error = Error(ErrorCode::not_found, removed + "; going on in " + file_.path());
  records_in_file_ = 0;
  if (!taken_.empty()) back_to_whole_record(taken_.front());
  return true;
}

// A record of which only a part went into the removed file is written again from its beginning.
void FileWriter::Core::back_to_whole_record(RecordChunk& chunk) {
  std::size_t begin = 0;
  for (;;) {
    const auto payload_bytes = wire::load<std::uint64_t>(chunk.data.get() + begin);
    const std::size_t end = begin + kRecordFramingBytes + static_cast<std::size_t>(payload_bytes);
    if (end > chunk.bytes_written) break;
    begin = end;
  }
  chunk.bytes_written = begin;
}

}  // namespace opscope::summary
