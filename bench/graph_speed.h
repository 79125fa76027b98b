// Rows of the speed table of graphs: large graphs, everything open, cancelling, frames.
#pragma once

#include <string>

namespace opscope::bench {

// From bytes to the first drawing, and the memory of the model, for graphs of 100,000 and 1,000,000
// operations in nested scopes.
void bench_large_graphs();

// One scope of 1,000 to 100,000 operations, at the effort of a first picture.
void bench_growth();

// Every scope of the largest graph in `path` open: first picture, refined picture, and how long a
// cancelled layout goes on, there and for 100,000 operations in one scope.
void bench_everything_open(const std::string& path);

// CPU time of a frame that draws 10,000 boxes and their edges.
void bench_frames();

}  // namespace opscope::bench
