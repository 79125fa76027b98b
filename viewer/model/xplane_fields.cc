#include "model/xplane_fields.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdio>

namespace opscope::viewer::xplane {
namespace {

// One entry of a map<int64, message>: the key, and the value's bytes.
struct MapEntry {
  std::int64_t key = 0;
  std::string_view value;
};

MapEntry parse_entry(std::string_view bytes) {
  MapEntry entry;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::varint)) entry.key = reader.signed_value();
    if (reader.is(2, WireType::length)) entry.value = reader.bytes();
  }
  return entry;
}

EventMetadata parse_event_metadata(std::string_view bytes) {
  EventMetadata metadata;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(2, WireType::length)) metadata.name = reader.bytes();
    if (reader.is(4, WireType::length)) metadata.display_name = reader.bytes();
    if (reader.is(5, WireType::length)) metadata.stats.push_back(reader.bytes());
  }
  return metadata;
}

std::string_view parse_stat_name(std::string_view bytes) {
  std::string_view name;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(2, WireType::length)) name = reader.bytes();
  }
  return name;
}

void take_plane_field(const WireReader& reader, Plane& plane) {
  if (reader.type() == WireType::varint) {
    if (reader.field() == kPlaneId) plane.id = reader.signed_value();
    return;
  }
  if (reader.type() != WireType::length) return;
  switch (reader.field()) {
    case kPlaneName:
      plane.name = reader.bytes();
      break;
    case kPlaneLines:
      plane.lines.push_back(reader.bytes());
      break;
    case kPlaneStats:
      plane.stats.push_back(reader.bytes());
      break;
    case kPlaneEventMetadata: {
      const MapEntry entry = parse_entry(reader.bytes());
      plane.event_metadata[entry.key] = parse_event_metadata(entry.value);
      break;
    }
    case kPlaneStatMetadata: {
      const MapEntry entry = parse_entry(reader.bytes());
      plane.stat_names[entry.key] = parse_stat_name(entry.value);
      break;
    }
    default:
      break;
  }
}

}  // namespace

std::int64_t Stat::integer() const noexcept {
  if (field != kStatDouble) return static_cast<std::int64_t>(number);
  const double value = std::bit_cast<double>(number);
  return std::abs(value) < 9e18 ? static_cast<std::int64_t>(value) : 0;
}

Stat parse_stat(std::string_view bytes) {
  Stat stat;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(kStatMetadataId, WireType::varint)) {
      stat.metadata_id = reader.signed_value();
    } else if (reader.field() >= kStatDouble && reader.field() <= kStatRef) {
      stat.field = reader.field();
      stat.number = reader.value();
      stat.text = reader.bytes();
    }
  }
  return stat;
}

std::string Plane::text_of(const Stat& stat) const {
  switch (stat.field) {
    case kStatDouble: {
      std::array<char, 40> buffer{};
      std::snprintf(buffer.data(), buffer.size(), "%.10g", std::bit_cast<double>(stat.number));
      return buffer.data();
    }
    case kStatUint64:
      return std::to_string(stat.number);
    case kStatInt64:
      return std::to_string(static_cast<std::int64_t>(stat.number));
    case kStatRef: {
      const auto target = stat_names.find(static_cast<std::int64_t>(stat.number));
      return target == stat_names.end() ? std::string() : std::string(target->second);
    }
    case kStatBytes:
      return std::to_string(stat.text.size()) + " bytes";
    default:
      return std::string(stat.text);
  }
}

Plane parse_plane(std::string_view bytes) {
  Plane plane;
  WireReader reader(bytes);
  while (reader.next()) take_plane_field(reader, plane);
  plane.is_cut = reader.is_damaged();
  return plane;
}

}  // namespace opscope::viewer::xplane
