// What must be true of every drawing.
#pragma once

#include <span>
#include <string>

#include "model/graph_layout.h"
#include "model/layout/layered.h"

namespace opscope::viewer::test {

// Boxes apart, routes between their boxes and through no other. "" when all is well, else the first
// fault.
[[nodiscard]] std::string check_layered(std::span<const LayeredBox> boxes,
                                        std::span<const LayeredEdge> edges,
                                        const LayeredResult& result);

// Siblings apart, children inside their parents, edges from border to border through no box that is
// no end of theirs, notes inside their hosts.
[[nodiscard]] std::string check_graph_layout(const GraphLayout& layout);

// A form in which equal drawings are equal.
[[nodiscard]] std::string fingerprint(const GraphLayout& layout);

}  // namespace opscope::viewer::test
