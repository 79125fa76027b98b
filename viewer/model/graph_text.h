// Graphs in protobuf's text format.
#pragma once

#include <string>
#include <string_view>

#include "opscope/result.h"

namespace opscope::viewer {

// The serialized GraphDef of a text; fields that we do not know are left out. Fails with
// invalid_argument and the bare complaint, "line 3, column 7: ...": the caller says of what.
[[nodiscard]] Result<std::string> graph_def_from_text(std::string_view text);

}  // namespace opscope::viewer
