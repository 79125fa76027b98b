// opscope diff WHAT A B.
#include "cli/diff_command.h"

#include <map>

#include "cli/command_support.h"
#include "cli/commands.h"

namespace opscope::viewer {
namespace {

using Differ = int (*)(const DiffRequest& request, std::ostream& out, std::ostream& err);

const std::map<std::string, Differ>& differs() {
  static const std::map<std::string, Differ> kDiffers{{"graph", diff_graph_files},
                                                      {"profile", diff_profile_files},
                                                      {"scalars", diff_scalar_files},
                                                      {"signatures", diff_signature_files}};
  return kDiffers;
}

}  // namespace

int run_diff(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("What was added, removed and changed between two graphs, profiles, runs or models",
               "diff");
  DiffRequest request;
  app.add_option("WHAT", request.what, "graph, profile, scalars or signatures")
      ->required()
      ->check(CLI::IsMember({"graph", "profile", "scalars", "signatures"}));
  app.add_option("A", request.path_a,
                 "a logdir, a run, an event file, a SavedModel, a graph file "
                 "or a profile")
      ->required();
  app.add_option("B", request.path_b, "what to compare it with")->required();
  app.add_option("--run", request.run, "of this run, in both");
  app.add_option("--tag", request.tag,
                 "of this tag, in both (graph, scalars); signatures: the tags of the graph");
  app.add_option("--by", request.by, "profile: what the rows are, op, type, thread or step")
      ->check(CLI::IsMember({"op", "type", "thread", "step"}));
  app.add_option("--threshold", request.threshold,
                 "profile, scalars: percent that a number may change and still count as equal")
      ->check(CLI::Range(0., 1e9));
  app.add_option("--top", request.top, "profile, scalars: only the N largest changes")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_flag("--json", request.as_json, "one JSON document on stdout, times in picoseconds");
  app.footer("Exit codes: 0 equal, 1 the work failed, 2 bad usage, 3 they differ.");
  return run_command(app, args, out, err,
                     [&] { return differs().at(request.what)(request, out, err); });
}

}  // namespace opscope::viewer
