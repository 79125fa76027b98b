// Where a capture goes below a logdir.
#pragma once

#include <string>

namespace opscope::profiler::detail {

// Makes and gives a directory <logdir>/plugins/profile/<YYYY_MM_DD_hh_mm_ss>[_n] that did not
// exist, named by the local time. Throws Error with the path.
[[nodiscard]] std::string make_session_directory(const std::string& logdir);

// The name of this machine, fit for a file name.
[[nodiscard]] std::string host_name();

}  // namespace opscope::profiler::detail
