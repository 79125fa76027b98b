#include "cli/tensorboard.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "cli/tensorboard_instance.h"
#include "cli/tensorboard_process.h"

namespace opscope::viewer {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kStopTimeout{10};
constexpr std::chrono::milliseconds kPollInterval{100};

struct StartOptions {
  std::string logdir;
  double timeout_s = 60;
  std::vector<std::string> more_arguments;  // what stood after "--"
};

struct StopOptions {
  int port = 0;
  int pid = 0;
  std::string logdir;
  bool all = false;
};

std::string time_since_start(const TensorBoardInstance& instance) {
  return format_elapsed(static_cast<std::int64_t>(std::time(nullptr)) - instance.start_time_s);
}

// ---- list ----

nlohmann::ordered_json to_json(const TensorBoardInstance& instance) {
  return {{"port", instance.port},
          {"pid", instance.pid},
          {"url", tensorboard_url(instance)},
          {"logdir", instance.logdir},
          {"db", instance.db},
          {"working_directory", instance.working_directory},
          {"version", instance.version},
          {"start_time", instance.start_time_s}};
}

int list_instances(bool as_json, std::ostream& out) {
  const std::vector<TensorBoardInstance> instances = running_tensorboards(tensorboard_info_dir());
  if (as_json) {
    nlohmann::ordered_json json = {{"instances", nlohmann::ordered_json::array()}};
    for (const TensorBoardInstance& each : instances) json["instances"].push_back(to_json(each));
    out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    return 0;
  }
  if (instances.empty()) {
    out << "No known TensorBoard instances running.\n";
    return 0;
  }
  out << "Known TensorBoard instances:\n";
  for (const TensorBoardInstance& each : instances) {
    out << "  - port " << each.port << ": " << tensorboard_data_source(each) << " (started "
        << time_since_start(each) << " ago; pid " << each.pid << ")\n";
  }
  return 0;
}

// ---- start ----

// The program a person wants to be used. TENSORBOARD_BINARY is TensorBoard's own variable for it.
std::string tensorboard_program() {
  for (const char* name : {"TENSORBOARD", "TENSORBOARD_BINARY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "tensorboard";
}

std::optional<TensorBoardInstance> find_started_with(const std::vector<std::string>& arguments) {
  std::error_code error;
  const std::string directory = fs::current_path(error).string();
  for (TensorBoardInstance& each : running_tensorboards(tensorboard_info_dir())) {
    if (each.working_directory == directory && each.arguments == arguments) return std::move(each);
  }
  return std::nullopt;
}

// The server that the process became, or that a wrapper started in its place.
std::optional<TensorBoardInstance> find_started(int pid,
                                                const std::vector<std::string>& arguments) {
  for (TensorBoardInstance& each : running_tensorboards(tensorboard_info_dir())) {
    if (each.pid == pid) return std::move(each);
  }
  return find_started_with(arguments);
}

std::string output_for_message(const std::string& name, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  return text.empty() ? "" : "\nIts " + name + ":\n" + text;
}

int report_start_failure(const Error& error, const std::string& program, std::ostream& err) {
  err << "opscope: ";
  if (error.code() == ErrorCode::not_found) {
    err << "TensorBoard is not installed: there is no program '" << program
        << "'. Install it, for example with: python3 -m venv ~/tensorboard && "
           "~/tensorboard/bin/pip install tensorboard, then put ~/tensorboard/bin on PATH or set "
           "TENSORBOARD=~/tensorboard/bin/tensorboard\n";
  } else {
    err << "cannot start TensorBoard: " << error.what() << '\n';
  }
  return 1;
}

void announce(const TensorBoardInstance& instance, std::ostream& out) {
  out << "TensorBoard " << instance.version << " shows " << tensorboard_data_source(instance)
      << " at " << tensorboard_url(instance) << " (pid " << instance.pid << ")\n";
}

int wait_until_ready(const StartedProcess& process, const StartOptions& options,
                     const std::vector<std::string>& arguments, std::ostream& out,
                     std::ostream& err) {
  const auto give_up = steady_clock::now() + std::chrono::duration<double>(options.timeout_s);
  while (true) {
    if (const auto instance = find_started(process.pid, arguments)) {
      announce(*instance, out);
      return 0;
    }
    if (const std::optional<std::string> ending = ending_of_child(process.pid)) {
      err << "opscope: TensorBoard " << *ending << " before it was ready."
          << output_for_message("error output", process.stderr_path)
          << output_for_message("output", process.stdout_path) << '\n';
      return 1;
    }
    if (steady_clock::now() >= give_up) break;
    std::this_thread::sleep_for(kPollInterval);
  }
  err << "opscope: TensorBoard was not ready after " << options.timeout_s
      << " seconds; it may still be starting as pid " << process.pid
      << ". Look with 'opscope tensorboard list', or give it longer with --timeout."
      << output_for_message("error output", process.stderr_path) << '\n';
  return 1;
}

int start_instance(const StartOptions& options, std::ostream& out, std::ostream& err) {
  std::vector<std::string> arguments = {"--logdir", options.logdir};
  arguments.insert(arguments.end(), options.more_arguments.begin(), options.more_arguments.end());
  if (const auto running = find_started_with(arguments)) {
    out << "Reusing TensorBoard on port " << running->port << " (pid " << running->pid
        << "), started " << time_since_start(*running)
        << " ago. (Use 'opscope tensorboard stop --pid " << running->pid << "' to stop it.)\n";
    announce(*running, out);
    return 0;
  }
  const std::string program = tensorboard_program();
  const Result<StartedProcess> process = start_process(program, arguments);
  if (!process) return report_start_failure(process.error(), program, err);
  out << "Launching TensorBoard...\n" << std::flush;
  return wait_until_ready(*process, options, arguments, out, err);
}

// ---- stop ----

fs::path absolute_logdir(const std::string& logdir, const std::string& working_directory) {
  fs::path path = (fs::path(working_directory) / logdir).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

bool is_meant(const TensorBoardInstance& instance, const StopOptions& options) {
  if (options.all) return true;
  if (options.port != 0) return instance.port == options.port;
  if (options.pid != 0) return instance.pid == options.pid;
  std::error_code error;
  return !instance.logdir.empty() &&
         absolute_logdir(instance.logdir, instance.working_directory) ==
             absolute_logdir(options.logdir, fs::current_path(error).string());
}

bool stop_instance(const TensorBoardInstance& instance, std::ostream& out, std::ostream& err) {
  const Result<void> stopped = stop_process(instance.pid, kStopTimeout);
  if (!stopped) {
    err << "opscope: cannot stop TensorBoard on port " << instance.port << ": "
        << stopped.error().what() << "; 'kill -9 " << instance.pid << "' would force it\n";
    return false;
  }
  // TensorBoard removes its file itself unless something ended it too abruptly.
  std::error_code ignored;
  fs::remove(tensorboard_info_dir() + "/pid-" + std::to_string(instance.pid) + ".info", ignored);
  out << "Stopped TensorBoard on port " << instance.port << " (pid " << instance.pid << ").\n";
  return true;
}

int stop_instances(const StopOptions& options, std::ostream& out, std::ostream& err) {
  int found = 0;
  int failed = 0;
  for (const TensorBoardInstance& each : running_tensorboards(tensorboard_info_dir())) {
    if (!is_meant(each, options)) continue;
    ++found;
    if (!stop_instance(each, out, err)) ++failed;
  }
  if (found == 0 && options.all) {
    out << "No known TensorBoard instances running.\n";
  } else if (found == 0) {
    err << "opscope: no running TensorBoard is known by that; 'opscope tensorboard list' names "
           "those that are\n";
    return 1;
  }
  return failed == 0 ? 0 : 1;
}

// ---- The command line ----

struct Options {
  bool list_as_json = false;
  StartOptions start;
  StopOptions stop;
};

void declare_commands(CLI::App& app, Options& options) {
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "Name every known instance");
  list->add_flag("--json", options.list_as_json, "One JSON document");

  CLI::App* start = app.add_subcommand("start", "Start one, or find the one that is running");
  start->add_option("--logdir", options.start.logdir, "What it shows")->required();
  start->add_option("--timeout", options.start.timeout_s, "Seconds to wait until it is ready")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  start->footer("What follows -- is given to TensorBoard, for example: -- --port 6007");

  CLI::App* stop = app.add_subcommand("stop", "Stop the instances that one of these names");
  CLI::Option_group* which = stop->add_option_group("which");
  which->add_option("--port", options.stop.port)->check(CLI::Range(1, 65535));
  which->add_option("--pid", options.stop.pid)->check(CLI::PositiveNumber);
  which->add_option("--logdir", options.stop.logdir);
  which->add_flag("--all", options.stop.all);
  which->require_option(1);
}

}  // namespace

int run_tensorboard(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("The TensorBoard servers that run on this machine", "opscope tensorboard");
  Options options;
  declare_commands(app, options);
  const auto separator = std::find(args.begin(), args.end(), "--");
  if (separator != args.end()) options.start.more_arguments.assign(separator + 1, args.end());
  try {
    // CLI11 takes the words from the back.
    std::vector<std::string> words(args.begin(), separator);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::Success& help) {
    app.exit(help, out, err);
    return 0;
  } catch (const CLI::ParseError& error) {
    err << "opscope: " << error.what() << "; see 'opscope tensorboard --help'\n";
    return 2;
  }
  if (!options.start.more_arguments.empty() && !app.got_subcommand("start")) {
    err << "opscope: words after -- are only for 'opscope tensorboard start'\n";
    return 2;
  }
  if (app.got_subcommand("list")) return list_instances(options.list_as_json, out);
  if (app.got_subcommand("stop")) return stop_instances(options.stop, out, err);
  return start_instance(options.start, out, err);
}

}  // namespace opscope::viewer
