// The first layer above records: whole event files, written by the calling thread. FileWriter is
// what programs use; this is for tools that must choose the name of the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "opscope/error.h"
#include "opscope/summary/writable_file.h"

namespace opscope::proto {
class Event;
}  // namespace opscope::proto

namespace opscope::summary {

// The serialized first event of every file: version "brain.Event:2" and the writer's name.
[[nodiscard]] std::string event_file_header(std::int64_t wall_time_s);

// The name TensorFlow 2 gives: events.out.tfevents.<seconds>.<host>.<pid>.<uid><suffix>. Every call
// in a process takes the next uid, from 0.
[[nodiscard]] std::string next_event_file_name(std::int64_t wall_time_s, std::string_view suffix);

// Writes events to one new file, each with one write. Not thread-safe. Writing functions throw
// Error with the path and errno; a half-written record is completed by the next call.
class EventWriter {
 public:
  // Creates `path`, whose directory must exist, and writes the header event.
  EventWriter(const std::string& path, std::int64_t wall_time_s,
              const FileFactory& create_file = create_disk_file);

  void write(const proto::Event& event);
  void write_serialized(std::string_view event);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

 private:
  void write_pending();

  std::string path_;
  std::unique_ptr<WritableFile> file_;
  std::string pending_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace opscope::summary
