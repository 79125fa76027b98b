// Event files as protobuf messages, for tests: independent of the event reader under test.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/proto/event.pb.h"
#include "opscope/summary/record_reader.h"
#include "support/files.h"

namespace opscope::testing {

// All events in `bytes`, which must be whole, good records.
[[nodiscard]] inline std::vector<proto::Event> parse_events(std::string_view bytes) {
  std::vector<proto::Event> events;
  summary::RecordScanner scanner(bytes);
  for (;;) {
    const summary::RecordRead read = scanner.next();
    if (read.status == summary::RecordStatus::end) return events;
    proto::Event event;
    if (read.status != summary::RecordStatus::record ||
        !event.ParseFromArray(read.payload.data(), static_cast<int>(read.payload.size()))) {
      throw std::runtime_error("damage at byte " + std::to_string(read.offset));
    }
    events.push_back(event);
  }
}

// The events of the one file below `logdir`, without the header.
[[nodiscard]] inline std::vector<proto::Event> events_below(const std::string& logdir) {
  std::vector<std::string> files = files_below(logdir);
  std::erase_if(
      files, [](const std::string& file) { return file.find(".tfevents.") == std::string::npos; });
  if (files.size() != 1) throw std::runtime_error("not one event file below " + logdir);
  std::vector<proto::Event> events = parse_events(read_file(files.front()));
  events.erase(events.begin());
  return events;
}

}  // namespace opscope::testing
