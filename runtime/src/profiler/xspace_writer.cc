#include "xspace_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "capture_counts.h"
#include "event_encoder.h"
#include "event_lines.h"
#include "opscope/error.h"
#include "utf8.h"
#include "wire.h"
#include "xplane_fields.h"

namespace opscope::profiler::detail {
namespace {

std::string encode_stat(PlaneTables& tables, const char* key, unsigned field, std::uint64_t value) {
  std::string stat;
  append_varint_field(stat, xstat_field::kMetadataId, tables.stat_id(key));
  append_varint_field(stat, field, value);
  std::string out;
  append_bytes_field(out, xplane_field::kStats, stat);
  return out;
}

std::string plane_head(unsigned id, std::string_view name) {
  std::string out;
  append_varint_field(out, xplane_field::kId, id);
  append_bytes_field(out, xplane_field::kName, name);
  return out;
}

// One XLine with its length.
struct Line {
  EventLine events;
  std::string head;
  std::size_t size_bytes = 0;
};

class HostPlane {
 public:
  explicit HostPlane(const CaptureData& capture) : capture_(capture), encoder_(capture, tables_) {
    for (EventLine& events : plan_event_lines(capture)) add_line(std::move(events));
  }

  // Everything before the lines, the plane's length included.
  [[nodiscard]] std::string encode_head() {
    std::string head = plane_head(1, "/host:CPU");
    const std::string stats =
        encode_stat(tables_, "dropped_events", xstat_field::kInt64, dropped_events(capture_)) +
        encode_stat(tables_, "overwritten_events", xstat_field::kInt64,
                    overwritten_events(capture_));
    head += tables_.encode();
    head += stats;
    std::string out;
    append_length(out, xspace_field::kPlanes, head.size() + lines_bytes());
    return out += head;
  }

  [[nodiscard]] std::size_t lines_bytes() const {
    std::size_t total = 0;
    for (const Line& line : lines_) {
      total += 1 + varint_bytes(line.size_bytes) + line.size_bytes;
    }
    return total;
  }

  void write_lines(const ByteSink& sink) {
    for (const Line& line : lines_) write_line(line, sink);
  }

 private:
  // Learns the names and the length of what is on a line.
  void add_line(EventLine events) {
    Line line{.events = std::move(events), .head = {}, .size_bytes = 0};
    append_varint_field(line.head, xline_field::kId, line.events.id);
    append_bytes_field(line.head, xline_field::kName, valid_utf8(line.events.name));
    line.size_bytes = line.head.size();
    for (const DatedChunk& chunk : line.events.chunks) {
      for_each_record(chunk.words, [&](const RecordView& record) {
        if (line.events.filter.keeps(record)) line.size_bytes += encoder_.encode(record).size();
      });
    }
    lines_.push_back(std::move(line));
  }

  void write_line(const Line& line, const ByteSink& sink) {
    std::string prefix;
    append_length(prefix, xplane_field::kLines, line.size_bytes);
    sink(prefix);
    sink(line.head);
    StartOrder order(line.events.chunks, line.events.filter);
    for (RecordView record = order.next(); record.words != nullptr; record = order.next()) {
      sink(encoder_.encode(record));
    }
  }

  const CaptureData& capture_;
  PlaneTables tables_;
  EventEncoder encoder_;
  std::vector<Line> lines_;
};

std::string encode_text_stat(PlaneTables& tables, const std::string& key, std::string_view value) {
  std::string stat;
  append_varint_field(stat, xstat_field::kMetadataId, tables.stat_id_of_text(key));
  append_bytes_field(stat, xstat_field::kString, valid_utf8(value));
  std::string out;
  append_bytes_field(out, xplane_field::kStats, stat);
  return out;
}

std::string task_environment_plane(const CaptureData& capture) {
  PlaneTables tables;
  std::string stats = encode_stat(tables, "profile_start_time", xstat_field::kUint64,
                                  static_cast<std::uint64_t>(capture.start.unix_ns)) +
                      encode_stat(tables, "profile_stop_time", xstat_field::kUint64,
                                  static_cast<std::uint64_t>(capture.stop.unix_ns));
  for (const auto& [key, value] : capture.metadata) stats += encode_text_stat(tables, key, value);
  return plane_head(2, "Task Environment") + tables.encode() + stats;
}

std::string warnings(const CaptureData& capture) {
  std::string out;
  if (const std::uint64_t dropped = dropped_events(capture); dropped != 0) {
    append_bytes_field(out, xspace_field::kWarnings,
                       std::to_string(dropped) +
                           " events were dropped: the profiler's buffer was full. Record for a "
                           "shorter time or give a larger Options::buffer_bytes.");
  }
  if (const std::uint64_t lost = overwritten_events(capture); lost != 0) {
    append_bytes_field(
        out, xspace_field::kWarnings,
        std::to_string(lost) + " events were overwritten by later ones, as Policy::ring says.");
  }
  if (!capture.sampling_refusal.empty()) {
    append_bytes_field(out, xspace_field::kWarnings, capture.sampling_refusal);
  }
  return out;
}

void throw_if_too_large(std::uint64_t size_bytes, std::uint64_t max_bytes) {
  if (size_bytes <= max_bytes) return;
  throw Error(ErrorCode::out_of_range,
              "profiler: this capture as an XSpace would have " + std::to_string(size_bytes) +
                  " bytes, and readers take " + std::to_string(max_bytes) +
                  " at most; record for a shorter time or give a smaller Options::buffer_bytes, "
                  "or write a Chrome trace, which has no such limit");
}

}  // namespace

void write_xspace(const CaptureData& capture, const std::string& host, const ByteSink& sink,
                  std::uint64_t max_bytes) {
  std::string tail;
  append_bytes_field(tail, xspace_field::kPlanes, task_environment_plane(capture));
  tail += warnings(capture);
  append_bytes_field(tail, xspace_field::kHostnames, valid_utf8(host));
  HostPlane plane(capture);
  const std::string head = plane.encode_head();
  throw_if_too_large(head.size() + plane.lines_bytes() + tail.size(), max_bytes);
  sink(head);
  plane.write_lines(sink);
  sink(tail);
}

}  // namespace opscope::profiler::detail
