// The layout problems the engine is judged on: graphs of boxes in JSON, some of them synthetic,
// given by a generator and its parameters.
#pragma once

#include <string>
#include <vector>

#include "model/layout/layered.h"

namespace opscope::bench {

struct LayoutProblem {
  std::string id;
  std::vector<viewer::LayeredBox> boxes;
  std::vector<viewer::LayeredEdge> edges;
};

// Reads {"problems": [...]} or a single problem. Throws opscope::Error.
[[nodiscard]] std::vector<LayoutProblem> read_layout_problems(const std::string& path);

// {"nodes": {"0": [x, y, w, h], ...}, "edges": [["0", "1", [[x, y], ...]], ...]}
void write_layout(const std::string& path, const LayoutProblem& problem,
                  const viewer::LayeredResult& layout);

}  // namespace opscope::bench
