#include "model/xplane_reader.h"

#include <algorithm>
#include <optional>

#include "model/xplane_fields.h"
#include "model/xplane_marks.h"

namespace opscope::viewer {
namespace {

using xplane::EventMetadata;

// Maps a plane's event metadata ids to names. Writers number them from 1, so a plain vector serves;
// other ids are looked up in the map.
class EventNames {
 public:
  EventNames(const xplane::Plane& plane, NameTable& names) : names_(names) {
    const std::int64_t dense_limit =
        static_cast<std::int64_t>(plane.event_metadata.size()) * 4 + 16;
    dense_.assign(static_cast<std::size_t>(dense_limit), kUnknown);
    for (const auto& [id, metadata] : plane.event_metadata) {
      const NameId name =
          names.intern(metadata.name, metadata.display_name, op_type(plane, metadata));
      if (id >= 0 && id < dense_limit) {
        dense_[static_cast<std::size_t>(id)] = name;
      } else {
        sparse_[id] = name;
      }
    }
  }

  NameId find(std::int64_t id) {
    if (id >= 0 && id < static_cast<std::int64_t>(dense_.size())) {
      const NameId name = dense_[static_cast<std::size_t>(id)];
      if (name != kUnknown) return name;
    }
    const auto entry = sparse_.find(id);
    if (entry != sparse_.end()) return entry->second;
    ++missing_;
    return sparse_[id] = names_.intern("(event " + std::to_string(id) + " without a name)");
  }

  [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }

 private:
  static constexpr NameId kUnknown = ~NameId{0};

  // Device events name their op in the statistic "tf_op" of their metadata: "name:Type".
  static std::string_view op_type(const xplane::Plane& plane, const EventMetadata& metadata) {
    for (const std::string_view bytes : metadata.stats) {
      const xplane::Stat stat = xplane::parse_stat(bytes);
      const auto name = plane.stat_names.find(stat.metadata_id);
      if (name == plane.stat_names.end() || name->second != "tf_op") continue;
      const std::size_t colon = stat.text.rfind(':');
      if (stat.field == xplane::kStatString && colon != std::string_view::npos) {
        return stat.text.substr(colon + 1);
      }
    }
    return {};
  }

  NameTable& names_;
  std::vector<NameId> dense_;
  std::unordered_map<std::int64_t, NameId> sparse_;
  std::uint64_t missing_ = 0;
};

struct LineHeader {
  std::int64_t id = 0;
  std::string name;
  std::string display_name;
  std::int64_t timestamp_ns = 0;
  std::size_t event_count = 0;
};

// Everything but the events.
LineHeader read_line_header(std::string_view bytes) {
  LineHeader header;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(xplane::kLineEvents, WireType::length)) ++header.event_count;
    if (reader.is(xplane::kLineId, WireType::varint)) header.id = reader.signed_value();
    if (reader.is(xplane::kLineName, WireType::length)) header.name = reader.bytes();
    if (reader.is(xplane::kLineDisplayName, WireType::length)) {
      header.display_name = reader.bytes();
    }
    if (reader.is(xplane::kLineTimestampNs, WireType::varint)) {
      header.timestamp_ns = reader.signed_value();
    }
  }
  if (header.display_name.empty()) header.display_name = header.name;
  if (header.display_name.empty()) header.display_name = "thread " + std::to_string(header.id);
  return header;
}

// A plane whose events are still unread.
struct PendingPlane {
  xplane::Plane plane;
  std::vector<LineHeader> headers;  // one per line
};

class SpaceReader {
 public:
  SpaceReader(std::string_view bytes, std::uint32_t host, const std::string& label,
              Profile& profile, NameTable& names, const Progress* progress)
      : bytes_(bytes),
        label_(label),
        profile_(profile),
        names_(names),
        progress_(progress),
        host_(host) {}

  std::int64_t read() {
    std::vector<PendingPlane> planes = read_headers();
    for (const PendingPlane& plane : planes) {
      for (const LineHeader& header : plane.headers) {
        if (header.event_count == 0) continue;
        zero_ns_ = std::min(zero_ns_.value_or(header.timestamp_ns), header.timestamp_ns);
      }
    }
    for (PendingPlane& plane : planes) read_plane(plane);
    if (missing_names_ > 0) {
      warn(std::to_string(missing_names_) + " kinds of event have no name in the file");
    }
    return wall_time_of_zero();
  }

 private:
  void warn(const std::string& what) { profile_.warnings.push_back(label_ + ": " + what); }

  std::vector<PendingPlane> read_headers() {
    std::vector<PendingPlane> planes;
    WireReader reader(bytes_);
    while (reader.next()) {
      if (reader.type() != WireType::length) continue;
      const std::string_view bytes = reader.bytes();
      if (reader.field() == xplane::kSpacePlanes) planes.push_back(read_plane_header(bytes));
      if (reader.field() == xplane::kSpaceErrors) {
        warn("the writer reports: " + std::string(bytes));
      }
      if (reader.field() == xplane::kSpaceWarnings) {
        warn("the writer warns: " + std::string(bytes));
      }
    }
    if (reader.is_damaged()) {
      warn("cut or damaged in the field that begins at byte " +
           std::to_string(reader.field_offset()) + " of " + std::to_string(bytes_.size()) +
           "; what could be read is shown");
    }
    return planes;
  }

  PendingPlane read_plane_header(std::string_view bytes) {
    PendingPlane pending{xplane::parse_plane(bytes), {}};
    for (const std::string_view line : pending.plane.lines) {
      pending.headers.push_back(read_line_header(line));
    }
    for (const std::string_view stat_bytes : pending.plane.stats) {
      const xplane::Stat stat = xplane::parse_stat(stat_bytes);
      const auto name = pending.plane.stat_names.find(stat.metadata_id);
      if (name == pending.plane.stat_names.end()) continue;
      if (name->second == "profile_start_time") start_ns_ = stat.integer();
    }
    return pending;
  }

  void read_plane(const PendingPlane& pending) {
    const xplane::Plane& plane = pending.plane;
    const auto index = static_cast<std::uint32_t>(profile_.planes.size());
    profile_.planes.push_back({host_, plane.id, std::string(plane.name), {}});
    EventNames names(plane, names_);
    MarkReader marks(plane);
    for (std::size_t i = 0; i < plane.lines.size(); ++i) {
      if (is_cancelled(progress_)) return;
      read_line(plane.lines[i], pending.headers[i], index, names, marks);
    }
    marks.finish(index, profile_);
    missing_names_ += names.missing();
  }

  void read_line(std::string_view bytes, const LineHeader& header, std::uint32_t plane,
                 EventNames& names, MarkReader& marks) {
    const auto index = static_cast<std::uint32_t>(profile_.lines.size());
    ProfileLine& line = profile_.lines.emplace_back();
    line.plane = plane;
    line.id = header.id;
    line.name = header.name;
    line.display_name = header.display_name;
    line.start_ps.reserve(header.event_count);
    line.duration_ps.reserve(header.event_count);
    line.name_id.reserve(header.event_count);
    line.source_offset.reserve(header.event_count);
    base_ps_ = line_base_ps(header.timestamp_ns);
    WireReader reader(bytes);
    while (reader.next()) {
      if (reader.is(xplane::kLineEvents, WireType::length)) {
        const char* const place = bytes.data() + reader.field_offset();
        line.source_offset.push_back(static_cast<std::uint64_t>(place - bytes_.data()));
        read_event(reader.bytes(), line, names, marks);
      }
    }
    const std::vector<std::uint32_t> moved = sort_events(line);
    nest_events(line);
    marks.end_line(index, line, moved);
    profile_.planes[plane].lines.push_back(index);
  }

  // Where the line's own zero lies on the host's clock, whose zero is the earliest line's.
  std::int64_t line_base_ps(std::int64_t timestamp_ns) const {
    std::int64_t distance_ns = 0;
    if (__builtin_sub_overflow(timestamp_ns, zero_ns_.value_or(0), &distance_ns)) return kMaxTimePs;
    return ps_from_ns(distance_ns);
  }

  void read_event(std::string_view bytes, ProfileLine& line, EventNames& names, MarkReader& marks) {
    std::int64_t metadata_id = 0;
    std::int64_t offset_ps = 0;
    std::int64_t duration_ps = 0;
    const auto event = static_cast<std::uint32_t>(line.size());
    WireReader reader(bytes);
    while (reader.next()) {
      if (reader.type() == WireType::varint) {
        if (reader.field() == xplane::kEventMetadataId) metadata_id = reader.signed_value();
        if (reader.field() == xplane::kEventOffsetPs) offset_ps = reader.signed_value();
        if (reader.field() == xplane::kEventDurationPs) duration_ps = reader.signed_value();
      } else if (reader.is(xplane::kEventStats, WireType::length)) {
        marks.take_stat(event, reader.bytes());
      }
    }
    line.start_ps.push_back(clamp_time_ps(base_ps_ + clamp_time_ps(offset_ps)));
    line.duration_ps.push_back(std::max<std::int64_t>(0, clamp_time_ps(duration_ps)));
    line.name_id.push_back(names.find(metadata_id));
  }

  // Time stamps are relative to the start of the profile (TensorFlow), which a plane of its own
  // gives, or nanoseconds since the epoch.
  std::int64_t wall_time_of_zero() const {
    constexpr std::int64_t kAbsoluteFrom = 100'000'000'000'000'000;  // 1973
    const std::int64_t zero = zero_ns_.value_or(0);
    if (zero >= kAbsoluteFrom) return zero;
    return start_ns_ > 0 ? saturating_add(start_ns_, zero) : 0;
  }

  std::string_view bytes_;
  const std::string& label_;
  Profile& profile_;
  NameTable& names_;
  const Progress* progress_;
  std::uint32_t host_;
  std::optional<std::int64_t> zero_ns_;  // time stamp of the earliest line that has events
  std::int64_t base_ps_ = 0;             // of the line that is being read
  std::int64_t start_ns_ = 0;            // of the profile
  std::uint64_t missing_names_ = 0;
};

}  // namespace

bool looks_like_xspace(std::string_view head, std::uint64_t file_size) {
  if (head.empty() || file_size == 0) return false;
  // The first field is a plane (or, in an empty profile, a message text or host name).
  const auto tag = static_cast<unsigned char>(head[0]);
  if (tag != 0x0A && tag != 0x12 && tag != 0x1A && tag != 0x22) return false;
  WireReader space(head);
  if (!space.next()) return false;
  if (tag != 0x0A) return !space.is_damaged();
  // Inside: id, a name, lines or maps, whose types tell a plane from other messages.
  WireReader plane(space.bytes());
  int fields = 0;
  while (fields < 3 && plane.next()) {
    ++fields;
    const std::uint32_t field = plane.field();
    const bool is_number = field == xplane::kPlaneId;
    if (field > xplane::kPlaneStats) return false;
    if (plane.type() != (is_number ? WireType::varint : WireType::length)) return false;
    if (field == xplane::kPlaneName) return plane.bytes().substr(0, 1) == "/" || fields > 0;
  }
  return fields > 0;
}

std::int64_t read_xspace(std::string_view bytes, std::uint32_t host, const std::string& label,
                         Profile& profile, NameTable& names, const Progress* progress) {
  return SpaceReader(bytes, host, label, profile, names, progress).read();
}

}  // namespace opscope::viewer
