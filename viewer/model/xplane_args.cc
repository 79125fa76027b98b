#include "model/xplane_fields.h"
#include "model/xplane_reader.h"

namespace opscope::viewer {
namespace {

void append_arg(const xplane::Plane& plane, std::string_view stat_bytes,
                std::vector<ProfileArg>& args) {
  const xplane::Stat stat = xplane::parse_stat(stat_bytes);
  const auto name = plane.stat_names.find(stat.metadata_id);
  args.push_back({name == plane.stat_names.end() ? "stat " + std::to_string(stat.metadata_id)
                                                 : std::string(name->second),
                  plane.text_of(stat)});
}

}  // namespace

XspaceArgs::XspaceArgs(std::string_view bytes) : bytes_(bytes) {
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(xplane::kSpacePlanes, WireType::length)) {
      planes_.push_back({reader.bytes(), std::nullopt});
    }
  }
}

const xplane::Plane* XspaceArgs::plane_around(std::uint64_t offset) {
  for (KnownPlane& known : planes_) {
    const auto begin = static_cast<std::uint64_t>(known.bytes.data() - bytes_.data());
    if (offset < begin || offset >= begin + known.bytes.size()) continue;
    if (!known.plane) known.plane = xplane::parse_plane(known.bytes);
    return &*known.plane;
  }
  return nullptr;
}

std::vector<ProfileArg> XspaceArgs::at(std::uint64_t offset) {
  std::vector<ProfileArg> args;
  const xplane::Plane* plane = plane_around(offset);
  WireReader field(bytes_.substr(static_cast<std::size_t>(offset)));
  if (plane == nullptr || !field.next()) return args;
  std::int64_t metadata_id = 0;
  WireReader reader(field.bytes());
  while (reader.next()) {
    if (reader.is(xplane::kEventMetadataId, WireType::varint)) metadata_id = reader.signed_value();
    if (reader.is(xplane::kEventStats, WireType::length)) append_arg(*plane, reader.bytes(), args);
  }
  const auto metadata = plane->event_metadata.find(metadata_id);
  if (metadata != plane->event_metadata.end()) {
    for (const std::string_view stat : metadata->second.stats) append_arg(*plane, stat, args);
  }
  return args;
}

}  // namespace opscope::viewer
