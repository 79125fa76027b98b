#include "opscope/summary/event_writer.h"

#include "opscope/proto/event.pb.h"
#include "opscope/summary/record_writer.h"

namespace opscope::summary {

EventWriter::EventWriter(const std::string& path, std::int64_t wall_time_s,
                         const FileFactory& create_file)
    : path_(path), file_(create_file(path)) {
  write_serialized(event_file_header(wall_time_s));
}

void EventWriter::write(const proto::Event& event) { write_serialized(event.SerializeAsString()); }

void EventWriter::write_serialized(std::string_view event) {
  append_record(pending_, event);
  write_pending();
}

void EventWriter::write_pending() {
  const WriteOutcome outcome = file_->write_at(size_bytes_, pending_);
  size_bytes_ += outcome.bytes_written;
  pending_.erase(0, outcome.bytes_written);
  if (outcome.error_number != 0) throw error_from_errno(outcome.error_number, "write", path_);
}

}  // namespace opscope::summary
