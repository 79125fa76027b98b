// `opscope PATH...` and `opscope view PATH...`.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// Takes the paths and options; returns the exit code: 0 done, 1 it failed, 2 bad usage.
[[nodiscard]] int run_view(const std::vector<std::string>& args, std::ostream& out,
                           std::ostream& err);

}  // namespace opscope::viewer
