// Errors with the nodes that were running.
#pragma once

#include "exec/plan.h"
#include "opscope/error.h"

namespace opscope::runtime {

// Adds the step's node, with the line where it was made, and the calls it was inlined from.
[[noreturn]] void rethrow_with_node(const Error& error, const Step& step);

}  // namespace opscope::runtime
