// Field numbers of the XPlane messages (proto/opscope/proto/xplane.proto).
#pragma once

namespace opscope::profiler::detail {

namespace xspace_field {
inline constexpr unsigned kPlanes = 1, kWarnings = 3, kHostnames = 4;
}
namespace xplane_field {
inline constexpr unsigned kId = 1, kName = 2, kLines = 3, kEventMetadata = 4, kStatMetadata = 5,
                          kStats = 6;
}
namespace xline_field {
inline constexpr unsigned kId = 1, kName = 2, kEvents = 4;
}
namespace xevent_field {
inline constexpr unsigned kMetadataId = 1, kOffsetPs = 2, kDurationPs = 3, kStats = 4;
}
namespace xstat_field {
inline constexpr unsigned kMetadataId = 1, kDouble = 2, kUint64 = 3, kInt64 = 4, kString = 5,
                          kRef = 7;
}
namespace metadata_field {  // of XEventMetadata and XStatMetadata
inline constexpr unsigned kId = 1, kName = 2, kDisplayName = 4, kStats = 5;
}
namespace map_field {
inline constexpr unsigned kKey = 1, kValue = 2;
}

}  // namespace opscope::profiler::detail
