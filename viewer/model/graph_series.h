// Folding of siblings that differ by a number only.
#pragma once

#include "model/graph_data.h"

namespace opscope::viewer {

inline constexpr std::size_t kLeastSeries = 5;

// Puts five or more operations of one type, or scopes of equal structure, whose labels are equal up
// to a number at the end, under a node of kind series, unless other nodes lie on a way from one to
// the next. Needs children, edges and structures; true when it made one (children must then be
// linked anew).
bool fold_series(GraphModel::Data& data);

}  // namespace opscope::viewer
