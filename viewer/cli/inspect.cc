// opscope inspect: the document of every fact, and the same as a readable table.
#include <filesystem>
#include <ostream>

#include "cli/checkpoint_document.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/inspect_document.h"
#include "cli/inspect_text.h"

namespace opscope::viewer {
namespace {

Json checkpoint_documents(const std::vector<std::string>& prefixes,
                          const CheckpointOptions& options, std::vector<std::string>& problems) {
  Json documents = Json::array();
  for (const std::string& prefix : prefixes) {
    documents.push_back(checkpoint_document(prefix, options, problems));
  }
  return documents;
}

// A checkpoint is several files with one beginning: the path need not be that of a file.
int inspect_checkpoints(const std::string& path, const Json& checkpoints, bool as_json,
                        const std::vector<std::string>& problems, std::ostream& out,
                        std::ostream& err) {
  if (as_json) {
    print_json(out, {{"path", printable(path)}, {"checkpoints", checkpoints}});
  } else {
    for (const Json& checkpoint : checkpoints) print_checkpoint(out, checkpoint);
  }
  for (const std::string& problem : problems) print_error(err, problem);
  return problems.empty() ? kDone : kFailed;
}

}  // namespace

int run_inspect(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Runs, tags, plugins, counts, first and last step, graphs, profiles", "inspect");
  std::string path;
  InspectFilter filter;
  CheckpointOptions checkpoint_options;
  bool as_json = false;
  app.add_option("PATH", path,
                 "a logdir, a run, an event file, a SavedModel, a checkpoint, a graph or a profile")
      ->required();
  app.add_option("--run", filter.run, "only this run");
  app.add_option("--tag", filter.tag, "only this tag");
  app.add_option("--tensor", checkpoint_options.tensor, "only this tensor of checkpoints");
  app.add_flag("--values", checkpoint_options.has_values, "the values of tensors in checkpoints");
  app.add_flag("--statistics", checkpoint_options.has_statistics,
               "least, greatest, mean and more of them");
  app.add_flag("--json", as_json, "one JSON document on stdout");
  return run_command(app, args, out, err, [&] {
    std::vector<std::string> problems;
    const std::vector<std::string> prefixes = checkpoints_at(path);
    const Json checkpoints = checkpoint_documents(prefixes, checkpoint_options, problems);
    if (!prefixes.empty() && !std::filesystem::is_directory(path)) {
      return inspect_checkpoints(path, checkpoints, as_json, problems, out, err);
    }
    const Result<Logdir> logdir = open_path(path);
    if (!logdir) {
      print_error(err, logdir.error().what());
      return kFailed;
    }
    const auto model = logdir->snapshot();
    if (!check_filters(*model, filter.run, filter.tag, err)) return kFailed;
    Json document = inspect_document(*model, filter, problems);
    if (!checkpoints.empty()) document["checkpoints"] = checkpoints;
    if (as_json) {
      print_json(out, document);
    } else {
      print_inspection(out, document);
      for (const Json& checkpoint : checkpoints) print_checkpoint(out, checkpoint);
    }
    for (const std::string& problem : problems) print_error(err, problem);
    if (model->is_empty() && checkpoints.empty()) print_error(err, nothing_to_show(*model));
    const bool has_nothing = model->files_seen == 0 && checkpoints.empty();
    return has_nothing ? kFailed : kDone;
  });
}

}  // namespace opscope::viewer
