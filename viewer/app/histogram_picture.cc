#include "app/histogram_picture.h"

#include <algorithm>
#include <utility>

#include "app/picture_parts.h"
#include "model/units.h"
#include "ui/histograms_page.h"

namespace opscope::viewer {

namespace {

struct Card {
  HistogramTag tag;
  HistogramSeries series;
  Color color;
};

const char* mode_title(HistogramMode mode) {
  switch (mode) {
    case HistogramMode::offset:
      return "offset by step";
    case HistogramMode::overlay:
      return "overlaid";
    default:
      return "distributions";
  }
}

void draw_cards(Canvas& canvas, const Area& area, const std::vector<Card>& cards,
                std::size_t tag_count, const RenderOptions& options) {
  const Theme& look = theme(options.theme);
  const auto areas =
      card_areas({area.left + 16, area.top, area.right - 16, area.bottom - 28}, tag_count);
  const std::size_t drawn = std::min(areas.size(), cards.size());
  for (std::size_t i = 0; i < drawn; ++i) {
    const Card& card = cards[i];
    if (card.series.bins.empty()) {
      draw_histogram_notice(canvas, areas[i], card.tag, card.color,
                            "Not one histogram can be read: " + card.series.error, look);
      continue;
    }
    const HistogramChart chart = build_histogram_chart(
        card.tag, card.series, card.color, {options.histogram_mode, options.scalars.axis});
    draw_histogram_chart(canvas, areas[i], chart, look, std::nullopt);
  }
  if (drawn < tag_count) {
    canvas.text({area.left + 16, area.bottom - 14},
                format_count(tag_count - drawn) +
                    " more histograms: choose with --tag and --run, or a larger --size",
                {TextFont::regular, 13, look.muted});
  }
}

}  // namespace

Result<Picture> make_histograms(const RenderOptions& options, const LogdirModel& model) {
  const Theme& colors = theme(options.theme);
  std::vector<Card> cards;
  for (HistogramTag& tag : histogram_tags(model)) {
    if (!options.run.empty() && tag.run->name != options.run) continue;
    if (tag.tag->name.find(options.tag) == std::string::npos) continue;
    const auto place = std::find(model.runs.begin(), model.runs.end(), tag.run);
    const auto index = static_cast<std::size_t>(place - model.runs.begin());
    cards.push_back({std::move(tag), {}, colors.data[index % colors.data.size()]});
  }
  if (cards.empty()) return nothing_of(options, "histograms");
  const std::size_t tag_count = cards.size();
  // Those that cannot fit in the picture need not be read.
  const Area page{0, 0, static_cast<float>(options.width), static_cast<float>(options.height)};
  cards.resize(std::min(tag_count, card_areas(page, tag_count).size() + 1));
  for (Card& card : cards) {
    card.series = load_histogram_series(*card.tag.run, *card.tag.tag, kMostHistogramSteps);
  }
  const std::string title = options.tag.empty() ? "Histograms" : options.tag;
  const auto kept = std::make_shared<const std::vector<Card>>(std::move(cards));
  return Picture{title, [=](Canvas& canvas, const Area& area) {
                   const Area below =
                       draw_title(canvas, area, title, mode_title(options.histogram_mode),
                                  theme(options.theme));
                   draw_cards(canvas, below, *kept, tag_count, options);
                 }};
}

}  // namespace opscope::viewer
