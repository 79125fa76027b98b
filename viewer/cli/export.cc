// opscope export scalars|profile: the kinds that need no drawing.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <ostream>

#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/export_writers.h"
#include "model/profile_loader.h"

namespace opscope::viewer {
namespace {

struct ExportRequest {
  std::string kind;
  std::string path;
  std::string out;
  ScalarFilter filter;
};

// Writes beside the file and renames, so that a failure leaves no half file. "-" is stdout.
template <typename Write>
int write_file(const std::string& path, std::ostream& out, std::ostream& err, const Write& write) {
  if (path == "-") {
    write(out);
    return kDone;
  }
  const std::string temporary = path + ".part" + std::to_string(::getpid());
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  if (file) write(file);
  file.close();
  const int error = errno;
  if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = file ? errno : error;
    static_cast<void>(std::remove(temporary.c_str()));
    print_error(err, error_from_errno(reason, "write", path).what());
    return kFailed;
  }
  return kDone;
}

int export_scalars(const ExportRequest& request, const LogdirModel& model, std::ostream& out,
                   std::ostream& err) {
  if (!check_filters(model, request.filter.run, request.filter.tag, err)) return kFailed;
  const bool is_json = request.out.ends_with(".json");
  if (!is_json && !request.out.ends_with(".csv") && request.out != "-") {
    print_error(err, "unknown kind of file, " + request.out + ", end it in .csv or .json");
    return kBadUsage;
  }
  if (!has_scalars(model, request.filter)) {
    print_error(err, "no scalars, " + request.path + ", see what there is with `opscope inspect " +
                         request.path + "`");
    return kFailed;
  }
  return write_file(request.out, out, err, [&](std::ostream& file) {
    if (is_json) {
      write_scalars_json(file, model, request.filter);
    } else {
      write_scalars_csv(file, model, request.filter);
    }
  });
}

int export_profile(const ExportRequest& request, const LogdirModel& model, std::ostream& out,
                   std::ostream& err) {
  const ProfileSession* chosen = nullptr;
  for (const ProfileSession& session : model.profiles) {
    if (request.filter.run.empty() || session.run == request.filter.run) chosen = &session;
  }
  if (chosen == nullptr) {
    print_error(err,
                "no profile, " + request.path +
                    ", looked for plugins/profile/<session>/<host>.xplane.pb and Chrome traces");
    return kFailed;
  }
  const Result<Profile> profile = load_profile(chosen->hosts);
  if (!profile) {
    print_error(err, profile.error().what());
    return kFailed;
  }
  for (const std::string& warning : profile->warnings) print_error(err, warning);
  return write_file(request.out, out, err,
                    [&](std::ostream& file) { write_chrome_trace(file, *profile); });
}

}  // namespace

bool is_model_export(const std::vector<std::string>& args) {
  for (const std::string& arg : args) {
    if (arg.starts_with("-")) continue;
    return arg == "scalars" || arg == "profile";
  }
  return false;
}

int run_export(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Scalars to CSV or JSON, a profile to a Chrome trace", "export");
  ExportRequest request;
  app.add_option("KIND", request.kind, "scalars or profile")
      ->required()
      ->check(CLI::IsMember({"scalars", "profile"}));
  app.add_option("PATH", request.path, "anything that opscope opens")->required();
  app.add_option("--out", request.out, "the file to write; - is the terminal")->required();
  app.add_option("--run", request.filter.run, "only this run");
  app.add_option("--tag", request.filter.tag, "only this tag");
  return run_command(app, args, out, err, [&] {
    const Result<Logdir> logdir = open_path(request.path);
    if (!logdir) {
      print_error(err, logdir.error().what());
      return kFailed;
    }
    const auto model = logdir->snapshot();
    if (request.kind == "scalars") return export_scalars(request, *model, out, err);
    return export_profile(request, *model, out, err);
  });
}

}  // namespace opscope::viewer
