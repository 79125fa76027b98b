#include "opscope/summary/resume.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "opscope/summary/session.h"

namespace opscope::summary {
namespace {

// The seconds in the name of an event file; 0 for a name of another form; empty for other files.
std::optional<std::int64_t> event_file_time(const std::string& name) {
  if (name.find("tfevents") == std::string::npos) return std::nullopt;
  constexpr std::string_view kPrefix = "events.out.tfevents.";
  std::int64_t seconds = 0;
  if (name.starts_with(kPrefix)) {
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), seconds);
  }
  return seconds;
}

// The latest time of the event files in the directory; empty: there are none.
std::optional<std::int64_t> latest_file_time(const std::string& logdir) {
  std::optional<std::int64_t> latest;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(logdir, error), end; !error && entry != end;
       entry.increment(error)) {
    latest = std::max(latest, event_file_time(entry->path().filename().string()));
  }
  return latest;
}

}  // namespace

FileWriter resume_run(const std::string& logdir, std::int64_t purge_step,
                      const FileWriterOptions& options) {
  if (purge_step < 0) {
    throw Error(ErrorCode::invalid_argument,
                "a run cannot be resumed at step " + std::to_string(purge_step));
  }
  const std::optional<std::int64_t> latest = latest_file_time(logdir);
  FileWriterOptions later = options;
  if (latest) later.min_file_time_s = std::max(options.min_file_time_s, *latest + 1);
  FileWriter writer = create_file_writer(logdir, later);
  session_start(writer, purge_step);
  if (latest) session_start(writer, purge_step);
  return writer;
}

}  // namespace opscope::summary
