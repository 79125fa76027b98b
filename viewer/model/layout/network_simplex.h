// Integer values for vertices that keep given distances and have least weighted total length: used
// for layers and for x coordinates. The method of Gansner, Koutsofios, North and Vo, "A technique
// for drawing directed graphs", IEEE TSE 19(3), 1993.
#pragma once

#include "model/layout/table.h"
#include "model/layout/work_budget.h"

namespace opscope::viewer::layered {

// Wants value[to] - value[from] >= length, and that difference small in proportion to weight.
struct SpringArc {
  Index from = 0;
  Index to = 0;
  Index weight = 1;  // >= 0
  Index length = 1;
};

// Improves `values`, which must keep all lengths, to the least sum of weight * (value[to] -
// value[from]), or as far as the budget goes; they keep all lengths at any time. True when the
// optimum was reached. Leaves a graph that is not connected as it is and returns false.
bool improve_values(Table<Index>& values, const Table<SpringArc>& arcs, WorkBudget& budget);

}  // namespace opscope::viewer::layered
