#include "model/xplane_fields.h"
#include "model/xplane_reader.h"

namespace opscope::viewer {
namespace {

// The plane of the space that holds the byte at `offset`.
std::string_view plane_around(std::string_view space, std::uint64_t offset) {
  WireReader reader(space);
  while (reader.next()) {
    if (!reader.is(xplane::kSpacePlanes, WireType::length)) continue;
    const std::string_view plane = reader.bytes();
    const auto begin = static_cast<std::uint64_t>(plane.data() - space.data());
    if (offset >= begin && offset <= begin + plane.size()) return plane;
  }
  return {};
}

// The event's bytes. Its size lies before it, at an unknown distance, so it is found from its line.
std::string_view event_at_offset(const xplane::Plane& plane, std::string_view space,
                                 std::uint64_t offset) {
  for (const std::string_view line : plane.lines) {
    const auto begin = static_cast<std::uint64_t>(line.data() - space.data());
    if (offset < begin || offset > begin + line.size()) continue;
    WireReader reader(line);
    while (reader.next()) {
      if (!reader.is(xplane::kLineEvents, WireType::length)) continue;
      if (static_cast<std::uint64_t>(reader.bytes().data() - space.data()) == offset) {
        return reader.bytes();
      }
    }
  }
  return {};
}

void append_args(const xplane::Plane& plane, std::string_view stat_bytes,
                 std::vector<ProfileArg>& args) {
  const xplane::Stat stat = xplane::parse_stat(stat_bytes);
  const auto name = plane.stat_names.find(stat.metadata_id);
  args.push_back({name == plane.stat_names.end() ? "stat " + std::to_string(stat.metadata_id)
                                                 : std::string(name->second),
                  plane.text_of(stat)});
}

}  // namespace

std::vector<ProfileArg> xspace_event_args(std::string_view bytes, std::uint64_t offset) {
  std::vector<ProfileArg> args;
  const xplane::Plane plane = xplane::parse_plane(plane_around(bytes, offset));
  std::int64_t metadata_id = 0;
  WireReader reader(event_at_offset(plane, bytes, offset));
  while (reader.next()) {
    if (reader.is(xplane::kEventMetadataId, WireType::varint)) metadata_id = reader.signed_value();
    if (reader.is(xplane::kEventStats, WireType::length)) append_args(plane, reader.bytes(), args);
  }
  const auto metadata = plane.event_metadata.find(metadata_id);
  if (metadata != plane.event_metadata.end()) {
    for (const std::string_view stat : metadata->second.stats) append_args(plane, stat, args);
  }
  return args;
}

}  // namespace opscope::viewer
