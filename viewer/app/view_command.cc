#include "app/view_command.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>

#include "app/app_window.h"
#include "app/render_options.h"
#include "model/logdir.h"

namespace opscope::viewer {

namespace {

// What is wrong with the paths before a window is opened; empty when nothing is.
std::string find_missing(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) continue;
    std::string message = "no such file or folder, " + path;
    const std::vector<std::string> nearby = nearby_logdirs(path);
    message += nearby.empty() ? ", check the path" : ", did you mean " + nearby.front();
    return message;
  }
  return {};
}

}  // namespace

int run_view(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  ViewOptions options;
  std::string size = "1440x900";
  CLI::App app("Opens the viewer's window.", "opscope view");
  app.add_option("PATH", options.paths, "logdirs, runs, event files, GraphDefs or profiles");
  app.add_option("--size", size, "WIDTHxHEIGHT of the window");
  app.add_option("--frames", options.frames, "leave after so many frames")->group("");
  app.add_option("--screenshot", options.screenshot, "PNG to write before leaving")->group("");
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    err << "opscope: bad arguments, " << error.what() << ", see opscope --help\n";
    return 2;
  }
  if (!parse_size(size, options.width, options.height)) {
    err << "opscope: bad --size, " << size << ", write WIDTHxHEIGHT\n";
    return 2;
  }
  const std::string missing = find_missing(options.paths);
  if (!missing.empty()) {
    err << "opscope: " << missing << "\n";
    return 1;
  }
  const Result<void> done = run_window(options);
  if (done) return 0;
  err << "opscope: " << done.error().what() << "\n";
  return 1;
}

}  // namespace opscope::viewer
