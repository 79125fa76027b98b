// Reading what labels.h has been told.
#pragma once

#include <map>
#include <string>

#include "opscope/profiler/names.h"

namespace opscope::profiler::detail {

using HostMetadata = std::map<std::string, std::string>;

[[nodiscard]] HostMetadata host_metadata();

// The unit of a counter, NameId::none when nobody said.
[[nodiscard]] NameId counter_unit(NameId counter);

}  // namespace opscope::profiler::detail
