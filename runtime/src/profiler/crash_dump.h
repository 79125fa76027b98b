// The file that a crash leaves behind: an XSpace, written by the signal handler.
//
// What it does in the handler: system calls, and reading what the recorder holds. It allocates
// nothing, and tries every lock for a moment only, because the thread that has it may be the one
// that crashed. All it needs is made ready by start().
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "calibration.h"
#include "decoded_event.h"
#include "recorder.h"
#include "start_order.h"

namespace opscope::profiler::detail {

// Writes through a buffer to a file; failures are left to the reader of the file to see.
class CrashFile {
 public:
  // Opens a temporary file beside `path`. Throws Error with the path.
  explicit CrashFile(std::string path);
  // Removes it unless commit() was called.
  ~CrashFile();
  CrashFile(const CrashFile&) = delete;
  CrashFile& operator=(const CrashFile&) = delete;

  void write(std::string_view bytes) noexcept;

  // A message whose length is known only at its end.
  [[nodiscard]] off_t begin_message(unsigned field) noexcept;
  void end_message(off_t begin) noexcept;

  // Gives the file its name.
  void commit() noexcept;

 private:
  void flush() noexcept;

  std::string path_;
  std::string temporary_path_;
  int fd_ = -1;
  off_t flushed_bytes_ = 0;
  std::size_t buffered_ = 0;
  std::array<char, 1 << 16> buffer_;
};

// Everything that is ready for a crash of the running session.
class CrashDump {
 public:
  explicit CrashDump(std::string path);

  // In the handler of `signal`.
  void write(int signal) noexcept;

 private:
  void write_host_plane(const LiveSession& session) noexcept;
  void write_environment_plane(const ClockAnchor& start, const ClockAnchor& stop,
                               int signal) noexcept;
  void write_stat(NameId key, unsigned field, std::uint64_t value) noexcept;
  void write_plane_head(std::uint64_t id, std::string_view name) noexcept;
  [[nodiscard]] off_t begin_line(std::uint64_t id, std::string_view name) noexcept;
  void write_name(unsigned field, NameId name) noexcept;
  void write_events(const LiveLog& log, LineKind kind) noexcept;
  void write_event(const RecordView& record) noexcept;
  [[nodiscard]] char* put_arg(char* out, const DecodedArg& arg) noexcept;

  CrashFile file_;
  std::optional<Calibration> calibration_;
  EventDecoder decoder_;
  DecodedEvent event_;
  std::string host_;
  std::uint64_t start_ticks_ = 0;
  NameId unnamed_, dropped_events_, overwritten_events_;
  NameId profile_start_time_, profile_stop_time_, crash_signal_;
};

// Makes ready what a crash writes to `path`; throws Error with the path.
[[nodiscard]] std::unique_ptr<CrashDump> make_crash_dump(const std::string& path);

// From now on SIGSEGV, SIGABRT, SIGFPE and SIGBUS write `dump`, once, and go on to the handlers
// that were there before.
void arm_crash_dump(std::unique_ptr<CrashDump> dump) noexcept;

// Puts the earlier handlers back, unless others have come since, and removes the unused file.
void disarm_crash_dump() noexcept;

// In the child of a fork: the file is the parent's.
void leave_crash_dump_to_parent() noexcept;

}  // namespace opscope::profiler::detail
