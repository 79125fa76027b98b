// The tables behind NameId and the sites of OPSCOPE_ZONE.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "opscope/profiler/names.h"
#include "opscope/profiler/zone.h"

namespace opscope::profiler::detail {

struct SiteArg {
  NameId key = NameId::none;
  ArgType type = ArgType::int64;
};

struct SiteInfo {
  NameId name = NameId::none;
  std::vector<SiteArg> args;
};

// What was registered under an id; empty for an id that never was. Lives as long as the process.
[[nodiscard]] const SiteInfo& site_info(std::uint32_t id) noexcept;

}  // namespace opscope::profiler::detail
