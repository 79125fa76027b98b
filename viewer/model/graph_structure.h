// Which scopes are built alike.
#pragma once

#include "model/graph_data.h"

namespace opscope::viewer {

// Numbers scopes of equal structure (the same operations, nested and fed alike) from 1 in the order
// of their ids; scopes that equal no other keep 0. Needs children.
void assign_structures(GraphModel::Data& data);

// A series of scopes shows the structure of its members.
void inherit_series_structures(GraphModel::Data& data);

}  // namespace opscope::viewer
