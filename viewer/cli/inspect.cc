// opscope inspect: the document of every fact, and the same as a readable table.
#include <ostream>

#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/inspect_document.h"
#include "cli/inspect_text.h"

namespace opscope::viewer {

int run_inspect(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Runs, tags, plugins, counts, first and last step, graphs, profiles", "inspect");
  std::string path;
  InspectFilter filter;
  bool as_json = false;
  app.add_option("PATH", path, "a logdir, a run, an event file, a SavedModel, a graph or a profile")
      ->required();
  app.add_option("--run", filter.run, "only this run");
  app.add_option("--tag", filter.tag, "only this tag");
  app.add_flag("--json", as_json, "one JSON document on stdout");
  return run_command(app, args, out, err, [&] {
    const Result<Logdir> logdir = open_path(path);
    if (!logdir) {
      print_error(err, logdir.error().what());
      return kFailed;
    }
    const auto model = logdir->snapshot();
    if (!check_filters(*model, filter.run, filter.tag, err)) return kFailed;
    std::vector<std::string> problems;
    const Json document = inspect_document(*model, filter, problems);
    if (as_json) {
      print_json(out, document);
    } else {
      print_inspection(out, document);
    }
    for (const std::string& problem : problems) print_error(err, problem);
    if (model->is_empty()) print_error(err, nothing_to_show(*model));
    const bool has_nothing = model->files_seen == 0;
    return has_nothing ? kFailed : kDone;
  });
}

}  // namespace opscope::viewer
