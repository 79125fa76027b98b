#include "model/layout/packing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "model/layout/work_budget.h"

namespace opscope::viewer::layered {
namespace {

PackedRects pack_rows(const Table<LayoutPoint>& sizes, const Table<Index>& order, float gap,
                      float row_width, const CancelToken& cancel) {
  PackedRects result;
  result.origins.reset(sizes.count());
  float x = 0;
  float y = 0;
  float row_height = 0;
  for (const Index i : order) {
    stop_if_cancelled(cancel);
    if (x > 0 && x + sizes[i].x > row_width) {
      y += row_height + gap;
      x = 0;
      row_height = 0;
    }
    result.origins[i] = {x, y};
    result.width = std::max(result.width, x + sizes[i].x);
    x += sizes[i].x + gap;
    row_height = std::max(row_height, sizes[i].y);
  }
  result.height = y + row_height;
  return result;
}

}  // namespace

PackedRects pack_rects(const Table<LayoutPoint>& sizes, float gap, double aspect,
                       const CancelToken& cancel) {
  Table<Index> order(sizes.count());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    stop_if_cancelled(cancel);
    return sizes[a].y > sizes[b].y;
  });
  double area = 0;
  float widest = 0;
  for (const LayoutPoint& size : sizes) {
    area += static_cast<double>(size.x + gap) * static_cast<double>(size.y + gap);
    widest = std::max(widest, size.x);
  }
  PackedRects best;
  double best_cost = std::numeric_limits<double>::max();
  for (const double factor : {1.0, 0.8, 1.25, 0.6, 1.6}) {
    const auto wanted = static_cast<float>(std::sqrt(area * aspect) * factor);
    PackedRects packed = pack_rows(sizes, order, gap, std::max(widest, wanted), cancel);
    // The side of the smallest window of that aspect that holds everything.
    const double cost =
        std::max(static_cast<double>(packed.width), static_cast<double>(packed.height) * aspect);
    if (cost >= best_cost) continue;
    best_cost = cost;
    best = std::move(packed);
  }
  return best;
}

}  // namespace opscope::viewer::layered
