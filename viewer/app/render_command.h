// `opscope render`.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// Takes the words after `render`; returns the exit code: 0 done, 1 it failed, 2 bad usage.
[[nodiscard]] int run_render(const std::vector<std::string>& args, std::ostream& out,
                             std::ostream& err);

}  // namespace opscope::viewer
