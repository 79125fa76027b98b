#include "app/render_options.h"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <ostream>
#include <utility>

#include "app/graph_options.h"
#include "app/option_choice.h"

namespace opscope::viewer {

namespace {

constexpr const char* kExamples = R"(Examples:
  opscope render graph logs/run1 --out graph.png
  opscope render graph model.pb --expand encoder --out graph.svg --size 1600x1200
  opscope render graph model.pb --search 'conv.*' --search-in name,regex --out hits.pdf
  opscope render graph model.pb --select loss --follow inputs --color time --out loss.png
  opscope render profile logs --from 10ms --to 25ms --out profile.png
  opscope render scalars logs --tag loss --out loss.svg --theme light
  opscope render histograms logs --mode distribution --out weights.png
  opscope render window logs --page timeline --out window.png
)";

// What CLI11 cannot say by itself; empty when all is well.
std::string find_mistake(RenderOptions& options, const std::string& size, const std::string& from,
                         const std::string& to) {
  if (!parse_size(size, options.width, options.height)) {
    return "bad --size, " + size + ", write WIDTHxHEIGHT from 16x16 to 16384x16384";
  }
  if (!from.empty() && !(options.from_ps = parse_time_ps(from))) {
    return "bad --from, " + from + ", write a time such as 12ms";
  }
  if (!to.empty() && !(options.to_ps = parse_time_ps(to))) {
    return "bad --to, " + to + ", write a time such as 12ms";
  }
  if (options.from_ps && options.to_ps && *options.from_ps >= *options.to_ps) {
    return "empty range, " + from + " to " + to + ", let --from be before --to";
  }
  const std::string format = options.format();
  const bool is_text = options.what == "graph" && (format == "dot" || format == "pbtxt");
  if (format != "png" && !options.is_vector() && !is_text) {
    return "unknown kind of picture, " + options.out +
           ", let --out end in .png, .svg or .pdf, of a graph also in .dot or .pbtxt";
  }
  if (format != "png" && options.what == "window") {
    return "the window can be a PNG only, " + options.out + ", let --out end in .png";
  }
  if (!options.page.empty() && !page_from_name(options.page)) {
    return "unknown page, " + options.page +
           ", choose among graph, timeline, statistics, scalars, histograms and text";
  }
  return {};
}

}  // namespace

std::string RenderOptions::format() const {
  const std::size_t dot = out.rfind('.');
  if (dot == std::string::npos || out.find('/', dot) != std::string::npos) return {};
  std::string ending = out.substr(dot + 1);
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return ending;
}

std::optional<std::int64_t> parse_time_ps(const std::string& text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc()) return std::nullopt;
  std::string unit(end.ptr, text.data() + text.size());
  while (!unit.empty() && unit.front() == ' ') unit.erase(0, 1);
  constexpr std::array<std::pair<const char*, double>, 8> kUnits{{{"", 1e12},
                                                                  {"s", 1e12},
                                                                  {"ms", 1e9},
                                                                  {"us", 1e6},
                                                                  {"µs", 1e6},
                                                                  {"ns", 1e3},
                                                                  {"ps", 1},
                                                                  {"min", 60e12}}};
  for (const auto& [name, factor] : kUnits) {
    const double result = value * factor;
    if (unit == name && result > -9e18 && result < 9e18) return static_cast<std::int64_t>(result);
  }
  return std::nullopt;
}

bool parse_size(const std::string& text, int& width, int& height) {
  constexpr int kLeast = 16;
  constexpr int kMost = 16384;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, width);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != 'x') return false;
  const auto second = std::from_chars(first.ptr + 1, end, height);
  if (second.ec != std::errc() || second.ptr != end) return false;
  return width >= kLeast && width <= kMost && height >= kLeast && height <= kMost;
}

std::optional<RenderOptions> parse_render_options(const std::vector<std::string>& args,
                                                  std::ostream& out, std::ostream& err,
                                                  int& exit_code) {
  RenderOptions options;
  std::string size = "1280x800";
  std::string from;
  std::string to;
  CLI::App app("Draws a page into a PNG, SVG or PDF file, with no display.", "opscope render");
  app.footer(kExamples);
  app.add_option("WHAT", options.what, "graph, profile, scalars, histograms, statistics or window")
      ->required()
      ->check(CLI::IsMember({"graph", "profile", "scalars", "histograms", "statistics", "window"}));
  app.add_option("PATH", options.path, "logdir, run, event file, GraphDef, SavedModel or profile")
      ->required();
  app.add_option("--out", options.out,
                 "file to write, F.png, F.svg or F.pdf; of a graph also F.dot or F.pbtxt")
      ->required();
  app.add_option("--run", options.run, "only this run");
  app.add_option("--tag", options.tag, "graph of this tag; charts whose tag contains it");
  app.add_option("--size", size, "WIDTHxHEIGHT in pixels")->capture_default_str();
  app.add_option("--scale", options.scale, "device pixels for each pixel, for sharp PNGs")
      ->check(CLI::Range(0.5F, 4.0F));
  app.add_option("--from", from, "begin of the profile's part, such as 12ms");
  app.add_option("--to", to, "end of the profile's part");
  add_choice<ThemeName>(app, "--theme", options.theme,
                        {{"dark", ThemeName::dark}, {"light", ThemeName::light}}, "dark or light");
  add_graph_options(app, options);
  app.add_option("--select", options.select, "operation to mark");
  app.add_option("--page", options.page, "page of the window");
  app.add_option("--smoothing", options.scalars.smoothing, "of scalars, 0 to 0.999")
      ->check(CLI::Range(0.0F, 0.999F));
  add_choice<ScalarAxis>(
      app, "--axis", options.scalars.axis,
      {{"step", ScalarAxis::step}, {"relative", ScalarAxis::relative}, {"wall", ScalarAxis::wall}},
      "step, relative or wall");
  add_choice<HistogramMode>(app, "--mode", options.histogram_mode,
                            {{"offset", HistogramMode::offset},
                             {"overlay", HistogramMode::overlay},
                             {"distribution", HistogramMode::distribution}},
                            "of histograms: offset, overlay or distribution");
  app.add_flag("--log-y", options.scalars.log_y, "logarithmic values");
  app.add_flag("--ignore-outliers", options.scalars.ignore_outliers, "let outliers leave the axis");
  exit_code = 2;
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    exit_code = 0;
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    err << "opscope: bad arguments, render: " << error.what() << ", see opscope render --help\n";
    return std::nullopt;
  }
  const std::string mistake = find_mistake(options, size, from, to);
  if (!mistake.empty()) {
    err << "opscope: " << mistake << "\n";
    return std::nullopt;
  }
  return options;
}

}  // namespace opscope::viewer
