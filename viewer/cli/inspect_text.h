// The document of `opscope inspect` as a person reads it.
#pragma once

#include <iosfwd>

#include "cli/command_support.h"

namespace opscope::viewer {

void print_inspection(std::ostream& out, const Json& document);

}  // namespace opscope::viewer
