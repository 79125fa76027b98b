// One event file on its way to the disk: its name, its header, and where the next byte goes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "opscope/summary/writable_file.h"

namespace opscope::summary {

// Used by one thread at a time.
class EventFile {
 public:
  // The first file's name tells at least min_time_s, and every other one's a later second than the
  // one before: in a name only the seconds sort as numbers.
  EventFile(std::string logdir, std::string suffix, FileFactory create_file,
            std::int64_t min_time_s = 0);

  // Makes the directory and in it a file with a new name and the header. Throws Error; then there
  // is no file, or still the one before.
  void open(double wall_time);

  // Writes at the end, as much as the file takes.
  WriteOutcome append(std::string_view bytes) noexcept;

  // Lets go of the file; nothing but path() may be called then.
  void close() noexcept { file_.reset(); }

  [[nodiscard]] int sync() noexcept { return file_->sync(); }
  [[nodiscard]] bool is_reachable() noexcept { return file_->is_reachable(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

 private:
  void create_directory() const;
  void create_file(std::int64_t wall_time_s);

  std::string logdir_;
  std::string suffix_;
  FileFactory create_file_;
  std::unique_ptr<WritableFile> file_;
  std::string path_;
  std::uint64_t size_bytes_ = 0;
  std::int64_t min_time_s_;
};

}  // namespace opscope::summary
