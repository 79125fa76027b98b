// The histograms page: a card for every histogram tag of every shown run, as ridges, overlaid, or
// as bands of percentiles (TensorBoard's distributions).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ui/histogram_chart.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

// What the page remembers between frames and does not save.
struct HistogramsPage {
  std::vector<HistogramTag> tags;
  std::uint64_t tags_generation = ~std::uint64_t{0};
  std::optional<HistogramHit> hit;  // under the pointer in the last frame
};

void draw_histograms_page(UiContext& ui, HistogramsPage& page);

// The areas of `count` cards that fill a picture, in as many columns as are legible; those that do
// not fit are left out.
[[nodiscard]] std::vector<Area> card_areas(const Area& area, std::size_t count);

}  // namespace opscope::viewer
