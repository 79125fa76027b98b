// Arranges rectangles in rows.
#pragma once

#include "model/layout/layered.h"
#include "model/layout/table.h"

namespace opscope::viewer::layered {

struct PackedRects {
  Table<LayoutPoint> origins;
  float width = 0;
  float height = 0;
};

// Rectangles of the given sizes (x: width, y: height), the tallest first, in rows whose width is
// the one of a few tried that comes nearest to `aspect`.
[[nodiscard]] PackedRects pack_rects(const Table<LayoutPoint>& sizes, float gap, double aspect,
                                     const CancelToken& cancel);

}  // namespace opscope::viewer::layered
