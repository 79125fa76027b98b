// What changed between two graphs, as a document and as text.
#pragma once

#include <iosfwd>

#include "cli/command_support.h"
#include "model/graph_diff.h"

namespace opscope::viewer {

// {"equal": false, "unchanged": 12, "removed": [{"name", "op"}], "added": [{"name", "op"}],
//  "changed": [{"name", "name_in_b", "op", "changes": [{"kind", "name", "before", "after"}]}],
//  "renamed": [{"from", "to", "nodes"}]}. Nothing is left out.
[[nodiscard]] Json diff_document(const GraphModel& a, const GraphModel& b, const GraphDiff& diff);

// The same for a person: whole scopes that came or went are one line, long lists are cut.
void print_diff(std::ostream& out, const GraphModel& a, const GraphModel& b, const GraphDiff& diff);

}  // namespace opscope::viewer
