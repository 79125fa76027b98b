// A drawing of a graph as Graphviz' language, for tools that lay graphs out themselves.
#pragma once

#include <string>

#include "model/graph_layout.h"

namespace opscope::viewer {

// Closed boxes are nodes, opened ones clusters, side notes small nodes beside their hosts; edges
// join what is shown, with the shape of what they carry, or how many they stand for. The same
// layout gives the same text. https://graphviz.org/doc/info/lang.html
[[nodiscard]] std::string graph_dot(const GraphModel& model, const GraphLayout& layout);

// `text` between quotation marks; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string dot_quoted(std::string_view text);

}  // namespace opscope::viewer
