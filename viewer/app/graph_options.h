// The options of `opscope render graph`: what can be done on the graph page.
#pragma once

#include <CLI/CLI.hpp>

#include "app/render_options.h"

namespace opscope::viewer {

// `options` must outlive the parsing.
void add_graph_options(CLI::App& app, RenderOptions& options);

}  // namespace opscope::viewer
