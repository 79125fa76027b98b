#include "app/command_line.h"

#include <array>
#include <ostream>

#include "app/export_images.h"
#include "app/render_command.h"
#include "app/view_command.h"
#include "cli/commands.h"
#include "cli/companion.h"
#include "cli/tensorboard.h"

namespace opscope::viewer {

namespace {

constexpr const char* kHelp = R"(Opscope: look at TensorBoard logs, graphs and profiles.

Usage:
  opscope PATH...                      open the viewer's window (same as opscope view PATH...)
  opscope render WHAT PATH --out F     draw graph, profile, scalars, histograms, statistics or
                                       window into a PNG, SVG or PDF file, with no display
  opscope inspect PATH                 runs, tags, graphs and profiles that PATH holds
  opscope show --dir D --all           a SavedModel, in the words of saved_model_cli
  opscope run --dir D ...              run a signature of a SavedModel on arrays or literals
  opscope scan --dir D                 ops of a SavedModel that reach outside it
  opscope diff WHAT A B                graph, profile or scalars: what was added or changed
  opscope check PATH                   read every byte; say what is damaged and where
  opscope stats PATH                   operation statistics of a profile
  opscope export KIND PATH --out F     scalars to CSV or JSON, profile to Chrome JSON, graph to SVG,
                                       PDF, DOT or pbtxt, images to PNG files in a folder
  opscope capture HOST:PORT --logdir D ask running programs for a profile
  opscope tensorboard start|list|stop  the TensorBoard installed on this machine
  opscope --version

PATH is anything with data: a logdir, one run, an event file, a SavedModel, a GraphDef (.pb,
.pbtxt), an .xplane.pb, a Chrome or PyTorch trace.json[.gz]. Every command knows --help.

Examples:
  opscope logs/
  opscope render graph logs/ --out graph.png
  opscope render profile logs/ --from 10ms --to 25ms --out profile.svg
  opscope inspect logs/ --json
  opscope stats logs/ --by type --top 10

Exit codes: 0 done, 1 the work failed, 2 bad usage, 3 (check) something is damaged, (diff) differs.
)";

// `export graph PATH --out F.svg` is a rendering; so are pictures of anything else.
int run_any_export(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  if (is_model_export(args)) return run_export(args, out, err);
  if (!args.empty() && args.front() == "graph") return run_render(args, out, err);
  if (!args.empty() && args.front() == "images") return run_export_images(args, out, err);
  return run_export(args, out, err);
}

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>& args, std::ostream& out, std::ostream& err);
};

int run_capture(const std::vector<std::string>& args, std::ostream&, std::ostream& err) {
  return run_companion("opscope-capture", args, err);
}

// Running a model needs the runtime, which the viewer does not link.
int run_signature(const std::vector<std::string>& args, std::ostream&, std::ostream& err) {
  return run_companion("opscope-run", args, err);
}

constexpr std::array<Command, 12> kCommands{{{"view", run_view},
                                             {"render", run_render},
                                             {"inspect", run_inspect},
                                             {"show", run_show},
                                             {"scan", run_scan},
                                             {"run", run_signature},
                                             {"diff", run_diff},
                                             {"check", run_check},
                                             {"stats", run_stats},
                                             {"export", run_any_export},
                                             {"capture", run_capture},
                                             {"tensorboard", run_tensorboard}}};

}  // namespace

int run_command_line(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  if (!args.empty()) {
    const std::string& first = args.front();
    if (first == "--help" || first == "-h" || first == "help") {
      out << kHelp;
      return 0;
    }
    if (first == "--version") {
      out << "opscope " << OPSCOPE_VERSION << "\n";
      return 0;
    }
    for (const Command& command : kCommands) {
      if (first == command.name) {
        return command.run(std::vector<std::string>(args.begin() + 1, args.end()), out, err);
      }
    }
  }
  return run_view(args, out, err);
}

}  // namespace opscope::viewer
