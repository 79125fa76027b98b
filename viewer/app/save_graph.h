// The graph page's view as a file.
#pragma once

#include <functional>
#include <string>

#include "app/png_file.h"
#include "opscope/result.h"
#include "ui/canvas.h"
#include "ui/graph_page.h"
#include "ui/viewer_state.h"
#include "ui/workspace.h"

namespace opscope::viewer {

// Writes the view into `path` by its ending: svg and pdf draw it anew, png takes the window's
// pixels, of which `read_area` gives a part in logical pixels; dot holds what is shown, pbtxt the
// whole graph. Fails when nothing is shown yet and when the file cannot be written.
[[nodiscard]] Result<void> save_graph(const std::string& path, const GraphPage& page,
                                      const ViewerState& state, Workspace& workspace,
                                      const std::function<Pixels(const Area&)>& read_area);

// One picture as the bytes of an SVG or PDF document of that size.
using DrawPicture = std::function<void(Canvas&, const Area&)>;
[[nodiscard]] std::string picture_document(bool is_pdf, float width, float height,
                                           const std::string& title, const DrawPicture& draw);

}  // namespace opscope::viewer
