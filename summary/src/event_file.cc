#include "event_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "opscope/error.h"
#include "opscope/summary/event_writer.h"
#include "opscope/summary/record_writer.h"

namespace opscope::summary {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

}  // namespace

std::string next_event_file_name(std::int64_t wall_time_s, std::string_view suffix) {
  static std::atomic<std::uint64_t> next_uid{0};
  std::array<char, 32> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%010lld", static_cast<long long>(wall_time_s));
  std::string name = "events.out.tfevents.";
  name += seconds.data();
  name += '.' + host_name() + '.' + std::to_string(::getpid()) + '.';
  name += std::to_string(next_uid.fetch_add(1, std::memory_order_relaxed));
  return name.append(suffix);
}

EventFile::EventFile(std::string logdir, std::string suffix, FileFactory create_file,
                     std::int64_t min_time_s)
    : logdir_(std::move(logdir)),
      suffix_(std::move(suffix)),
      create_file_(std::move(create_file)),
      min_time_s_(min_time_s) {
  if (!create_file_) create_file_ = create_disk_file;
}

void EventFile::open(double wall_time) {
  create_directory();
  const std::int64_t time_s =
      std::max(static_cast<std::int64_t>(std::floor(wall_time)), min_time_s_);
  create_file(time_s);
  min_time_s_ = time_s + 1;
}

void EventFile::create_directory() const {
  std::error_code error;
  std::filesystem::create_directories(logdir_, error);
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(logdir_, ignored);
  if (std::filesystem::is_directory(status)) return;
  if (std::filesystem::exists(status)) {
    throw Error(ErrorCode::failed_precondition,
                "logdir " + logdir_ + " is a file; a directory is needed");
  }
  throw error_from_errno(error.value(), "create directory", logdir_);
}

void EventFile::create_file(std::int64_t wall_time_s) {
  // The name is taken already when containers share a directory, a host name and process ids.
  constexpr int kAttempts = 100;
  for (int attempt = 1;; ++attempt) {
    const std::string path =
        (std::filesystem::path(logdir_) / next_event_file_name(wall_time_s, suffix_)).string();
    try {
      std::unique_ptr<WritableFile> file = create_file_(path);
      std::string header;
      append_record(header, event_file_header(wall_time_s));
      const WriteOutcome outcome = file->write_at(0, header);
      if (outcome.bytes_written != header.size()) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        throw error_from_errno(outcome.error_number, "write", path);
      }
      file_ = std::move(file);
      path_ = path;
      size_bytes_ = header.size();
      return;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists || attempt == kAttempts) throw;
    }
  }
}

WriteOutcome EventFile::append(std::string_view bytes) noexcept {
  const WriteOutcome outcome = file_->write_at(size_bytes_, bytes);
  size_bytes_ += outcome.bytes_written;
  return outcome;
}

}  // namespace opscope::summary
