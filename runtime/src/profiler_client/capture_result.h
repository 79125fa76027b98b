// The files of a capture.
#pragma once

#include <string>

#include "opscope/proto/profiler_service.pb.h"

namespace opscope::profiler {

// Writes the profile in the answer to <directory>/<address, ':' as '_'>.xplane.pb by a rename, and
// gives the path; a server that wrote that file itself is believed. Throws Error: not_found when
// there is no profile in the answer, and what errno says.
[[nodiscard]] std::string keep_profile(const proto::ProfileResponse& response,
                                       const std::string& address, const std::string& directory);

}  // namespace opscope::profiler
