// Commands that live in a program of their own, so that what they need stays out of this one.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// Becomes the program `name`, which lies beside this one or on the PATH, with these words. Returns
// only when there is none: 1, with the reason on `err`.
[[nodiscard]] int run_companion(const std::string& name, const std::vector<std::string>& args,
                                std::ostream& err);

}  // namespace opscope::viewer
