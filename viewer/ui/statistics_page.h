// Operation statistics as a sortable table.
#pragma once

#include "model/op_statistics.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

void draw_statistics_page(UiContext& ui);

// The table alone, filling what is left of the window; rows of the page's filter only.
void draw_statistics_table(UiContext& ui, const ProfileSession& session,
                           const StatisticsRequest& request);

// The statistics as a picture: the longest operations with bars for their self time.
void draw_statistics(Canvas& canvas, const Area& area, const std::vector<OpStatistics>& rows,
                     const Theme& theme);

}  // namespace opscope::viewer
