// Which command the words of the command line mean.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// Runs the command and returns the exit code of the program.
[[nodiscard]] int run_command_line(const std::vector<std::string>& args, std::ostream& out,
                                   std::ostream& err);

}  // namespace opscope::viewer
