// Charts put together by the user from the scalars of a run, for the Custom Scalars page.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// All scalars whose tag matches one of the regular expressions, in one chart.
struct MultilineChart {
  std::vector<std::string> tags;
};

// A line with a band around it: three tags.
struct MarginSeries {
  std::string value;
  std::string lower;
  std::string upper;
};

struct MarginChart {
  std::vector<MarginSeries> series;
};

struct CustomChart {
  std::string title;
  std::variant<MultilineChart, MarginChart> content;
};

struct ChartCategory {
  std::string title;
  std::vector<CustomChart> charts;
  bool is_closed = false;
};

// Writes the layout; one for the whole logdir is enough. Throws invalid_argument for text that is
// not UTF-8.
void custom_scalars(FileWriter& writer, const std::vector<ChartCategory>& categories);

}  // namespace opscope::summary
