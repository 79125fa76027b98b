// Field numbers of the XSpace family, and its small messages taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/wire.h"

namespace opscope::viewer::xplane {

inline constexpr std::uint32_t kSpacePlanes = 1, kSpaceErrors = 2, kSpaceWarnings = 3,
                               kSpaceHostnames = 4;
inline constexpr std::uint32_t kPlaneId = 1, kPlaneName = 2, kPlaneLines = 3,
                               kPlaneEventMetadata = 4, kPlaneStatMetadata = 5, kPlaneStats = 6;
inline constexpr std::uint32_t kLineId = 1, kLineName = 2, kLineTimestampNs = 3, kLineEvents = 4,
                               kLineDisplayName = 11;
inline constexpr std::uint32_t kEventMetadataId = 1, kEventOffsetPs = 2, kEventDurationPs = 3,
                               kEventStats = 4;
inline constexpr std::uint32_t kStatMetadataId = 1, kStatDouble = 2, kStatUint64 = 3,
                               kStatInt64 = 4, kStatString = 5, kStatBytes = 6, kStatRef = 7;

// One XStat. `field` says which member of the value is set.
struct Stat {
  std::int64_t metadata_id = 0;
  std::uint32_t field = 0;
  std::uint64_t number = 0;  // the bits of every numeric member
  std::string_view text;

  // Numbers of any kind as an integer; doubles are cut.
  [[nodiscard]] std::int64_t integer() const noexcept;
};
[[nodiscard]] Stat parse_stat(std::string_view bytes);

struct EventMetadata {
  std::string_view name;
  std::string_view display_name;
  std::vector<std::string_view> stats;
};

// A plane's fields, its lines and statistics left unread.
struct Plane {
  std::int64_t id = 0;
  std::string_view name;
  std::vector<std::string_view> lines;
  std::vector<std::string_view> stats;
  std::unordered_map<std::int64_t, EventMetadata> event_metadata;
  std::unordered_map<std::int64_t, std::string_view> stat_names;
  bool is_cut = false;

  // The text of a stat; references are looked up.
  [[nodiscard]] std::string text_of(const Stat& stat) const;
};
[[nodiscard]] Plane parse_plane(std::string_view bytes);

}  // namespace opscope::viewer::xplane
