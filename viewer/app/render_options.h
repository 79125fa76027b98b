// The options of `opscope render`.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "ui/scalar_chart.h"
#include "ui/theme.h"
#include "ui/viewer_state.h"

namespace opscope::viewer {

struct RenderOptions {
  std::string what;  // graph, profile, scalars, histograms, statistics, window
  std::string path;
  std::string out;
  std::string run;
  std::string tag;
  int width = 1280;
  int height = 800;
  float scale = 1;
  std::vector<std::string> expand;  // names of nodes, or "all"
  std::optional<std::int64_t> from_ps;
  std::optional<std::int64_t> to_ps;
  ThemeName theme = ThemeName::dark;
  std::string page;                  // of the window
  std::string select;                // an operation
  GraphState graph;                  // as on the page; nodes by the names below
  std::vector<std::string> removed;  // names of nodes
  std::vector<std::string> kept;
  std::string only;
  std::string compare;  // path of an older graph
  ScalarOptions scalars;
  HistogramMode histogram_mode = HistogramMode::offset;

  // The file's ending in lower case, without the dot; "" when it has none.
  [[nodiscard]] std::string format() const;
  [[nodiscard]] bool is_svg() const { return format() == "svg"; }
  // Whether the drawing can be enlarged: nothing is left out for being small.
  [[nodiscard]] bool is_vector() const { return is_svg() || format() == "pdf"; }
};

// Reads the words after `render`. Nothing when the program should end with `exit_code`: after
// --help (0) or a mistake (2, which `err` explains).
[[nodiscard]] std::optional<RenderOptions> parse_render_options(
    const std::vector<std::string>& args, std::ostream& out, std::ostream& err, int& exit_code);

// "12ms", "1.5 s", "300us", "20 ns"; a number alone is seconds.
[[nodiscard]] std::optional<std::int64_t> parse_time_ps(const std::string& text);

// "1280x800", both from 16 to 16384.
[[nodiscard]] bool parse_size(const std::string& text, int& width, int& height);

}  // namespace opscope::viewer
