// What is behind a FileWriter: the queue, the thread that empties it, and what went wrong.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "event_file.h"
#include "opscope/summary/file_writer.h"
#include "record_queue.h"

namespace opscope::summary {

// Thread-safe, except the destructor.
class FileWriter::Core {
 public:
  Core(const std::string& logdir, const FileWriterOptions& options);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Queues a framed record, or drops it when the options say so.
  void append(std::string_view record);
  void flush();
  void close();

  [[nodiscard]] const std::string& logdir() const noexcept { return logdir_; }
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::uint64_t dropped_records() const noexcept;
  [[nodiscard]] double wall_time() const;
  // False in a child of the process that made the writer: its thread does not exist there, and its
  // lock may be held for ever.
  [[nodiscard]] bool is_in_own_process() const noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void start_thread();
  void append_when_room(Lock& lock, std::string_view record);
  void count_dropped();
  void wake_thread(Lock& lock);
  void flush_locked(Lock& lock);
  void throw_failure(const char* fate);

  // ---- In the writer's thread ----
  void run();
  void wait_for_work(Lock& lock);
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] bool has_too_many_records() const;
  void write_round(Lock& lock);
  // Writes what has been taken as far as it goes; gives the number of chunks done.
  std::size_t write_taken(bool is_flush, std::optional<Error>& error);
  bool begin_new_file(std::optional<Error>& error);
  // Whether the chunk belongs into the next file.
  [[nodiscard]] bool is_too_long_with(const RecordChunk& chunk) const noexcept;
  bool rotate_file(std::optional<Error>& error);
  static void back_to_whole_record(RecordChunk& chunk);

  const std::string logdir_;
  const FileWriterOptions options_;
  const std::uint64_t fork_count_;

  mutable std::mutex mutex_;
  std::condition_variable work_;  // for the thread: something to do
  std::condition_variable room_;  // for recording threads: the queue has become shorter
  std::condition_variable done_;  // for flushing threads: a round has ended
  RecordQueue queue_;
  std::uint64_t accepted_records_ = 0;
  std::uint64_t written_records_ = 0;
  std::uint64_t dropped_records_ = 0;          // all of them
  std::uint64_t unreported_lost_records_ = 0;  // dropped while the disk failed
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_done_ = 0;
  std::size_t threads_waiting_for_room_ = 0;
  bool thread_waits_ = false;    // on work_: has to be woken
  bool thread_is_idle_ = false;  // it waits without an end: has to be woken by the first record
  bool is_failing_ = false;      // the last round could not write everything
  bool is_closed_ = false;
  bool thread_ends_ = false;
  std::optional<Error> failure_;  // the first since the last report
  std::optional<Error> last_failure_;
  std::string path_;

  // ---- The thread's own ----
  EventFile file_;
  std::vector<RecordChunk> taken_;
  std::uint64_t records_in_file_ = 0;
  bool was_quiet_ = false;  // the last interval passed without a record

  std::thread thread_;
};

}  // namespace opscope::summary
