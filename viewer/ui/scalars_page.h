// The scalars page: cards of charts, one for each tag, grouped by prefix.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ui/scalar_chart.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

// What the page remembers between frames and does not save.
struct ScalarsPage {
  struct CachedChart {
    std::string key;  // of what the chart was built from
    ScalarChart chart;
  };
  std::map<std::string, CachedChart> charts;  // by tag
  std::vector<TagGroup> groups;
  std::uint64_t groups_generation = ~std::uint64_t{0};
  std::optional<double> cursor_x;  // shared by all cards
};

void draw_scalars_page(UiContext& ui, ScalarsPage& page);

// Cards in as many columns as are legible, for a picture; those that do not fit are left out.
// `runs` are those that are drawn, in order. Returns the number of cards left out.
std::size_t draw_scalar_cards(Canvas& canvas, const Area& area, const LogdirModel& model,
                              const std::vector<ScalarRun>& runs, const ScalarOptions& options,
                              const std::string& tag_filter, const Theme& theme);

// Columns of cards for a page of that width.
[[nodiscard]] int card_columns(float width, std::size_t cards);

}  // namespace opscope::viewer
