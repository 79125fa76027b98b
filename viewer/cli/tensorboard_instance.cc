#include "cli/tensorboard_instance.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>

namespace opscope::viewer {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Wall clocks are set now and then; a recorded start may be this much earlier than the process.
constexpr std::int64_t kClockSlackSeconds = 60;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = (buffer << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>((buffer >> bits) & 0xffU));
  }
  return bytes;
}

// The cache key is the base64 of {"arguments": [...], "configure_kwargs": {}, "working_directory"}.
void read_cache_key(const std::string& key, TensorBoardInstance& instance) {
  const std::optional<std::string> text = decode_base64(key);
  if (!text) return;
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("working_directory") || !json.contains("arguments")) {
    return;
  }
  const Json& arguments = json["arguments"];
  if (!json["working_directory"].is_string() || !arguments.is_array()) return;
  // Servers that were configured by a Python program have no command line to compare with.
  if (json.contains("configure_kwargs") && !json["configure_kwargs"].empty()) return;
  if (!std::all_of(arguments.begin(), arguments.end(), [](auto& a) { return a.is_string(); })) {
    return;
  }
  instance.working_directory = json["working_directory"].get<std::string>();
  instance.arguments = arguments.get<std::vector<std::string>>();
}

bool is_writable_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) && access(path.c_str(), W_OK | X_OK) == 0;
}

// The fields of /proc/<pid>/stat that follow the command's name, which may hold anything.
std::vector<std::string> process_stat(int pid) {
  const std::optional<std::string> text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = text ? text->rfind(')') : std::string::npos;
  if (name_end == std::string::npos) return {};
  std::istringstream words(text->substr(name_end + 1));
  return {std::istream_iterator<std::string>(words), {}};
}

// Seconds since the Unix epoch at which the process began; nothing where /proc does not say.
std::optional<std::int64_t> process_start_s(const std::vector<std::string>& stat) {
  constexpr std::size_t kStartTicks = 19;  // field 22, counted from 1 and with pid and name
  const std::optional<std::string> uptime = read_file("/proc/uptime");
  const long ticks_per_second = sysconf(_SC_CLK_TCK);
  if (stat.size() <= kStartTicks || !uptime || ticks_per_second <= 0) return std::nullopt;
  const double since_boot =
      std::strtod(stat[kStartTicks].c_str(), nullptr) / static_cast<double>(ticks_per_second);
  const double age = std::strtod(uptime->c_str(), nullptr) - since_boot;
  return static_cast<std::int64_t>(std::time(nullptr)) - static_cast<std::int64_t>(age);
}

bool names_tensorboard(int pid) {
  const std::optional<std::string> command = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  return command && command->find("tensorboard") != std::string::npos;
}

// False when the process has ended, and when its number was given to a later one.
bool is_running(const TensorBoardInstance& instance) {
  if (instance.pid <= 0) return false;
  const std::vector<std::string> stat = process_stat(instance.pid);
  if (stat.empty() || stat.front() == "Z" || stat.front() == "X") return false;
  const std::optional<std::int64_t> start_s = process_start_s(stat);
  return !start_s || *start_s <= instance.start_time_s + kClockSlackSeconds ||
         names_tensorboard(instance.pid);
}

// Anyone may write into the info folder: a file counts when the process's own user wrote it.
bool belongs_to_process(const fs::path& file, int pid) {
  struct stat of_file {};
  struct stat of_process {};
  const std::string process = "/proc/" + std::to_string(pid);
  return ::stat(file.c_str(), &of_file) == 0 && ::stat(process.c_str(), &of_process) == 0 &&
         of_file.st_uid == of_process.st_uid;
}

}  // namespace

std::string tensorboard_info_dir() {
  std::vector<fs::path> candidates;
  for (const char* name : {"TMPDIR", "TEMP", "TMP"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') candidates.emplace_back(value);
  }
  candidates.insert(candidates.end(), {"/tmp", "/var/tmp", "/usr/tmp", "."});
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_writable_folder);
  const fs::path folder = found == candidates.end() ? fs::path("/tmp") : *found;
  return (folder / ".tensorboard-info").string();
}

std::optional<TensorBoardInstance> parse_tensorboard_info(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  for (const char* key : {"start_time", "pid", "port"}) {
    if (!json.contains(key) || !json[key].is_number_integer()) return std::nullopt;
  }
  for (const char* key : {"version", "path_prefix", "logdir", "db", "cache_key"}) {
    if (!json.contains(key) || !json[key].is_string()) return std::nullopt;
  }
  TensorBoardInstance instance;
  instance.version = json["version"];
  instance.start_time_s = json["start_time"];
  instance.pid = json["pid"];
  instance.port = json["port"];
  instance.path_prefix = json["path_prefix"];
  instance.logdir = json["logdir"];
  instance.db = json["db"];
  read_cache_key(json["cache_key"], instance);
  return instance;
}

std::vector<TensorBoardInstance> running_tensorboards(const std::string& info_dir) {
  std::vector<TensorBoardInstance> instances;
  std::error_code error;
  for (fs::directory_iterator file(info_dir, error), end; !error && file != end;
       file.increment(error)) {
    const std::optional<std::string> text = read_file(file->path());
    std::optional<TensorBoardInstance> instance = parse_tensorboard_info(text.value_or(""));
    if (!instance || !is_running(*instance)) continue;
    if (belongs_to_process(file->path(), instance->pid)) instances.push_back(*std::move(instance));
  }
  std::sort(instances.begin(), instances.end(), [](const auto& a, const auto& b) {
    return std::tie(a.port, a.pid) < std::tie(b.port, b.pid);
  });
  return instances;
}

std::string tensorboard_url(const TensorBoardInstance& instance) {
  std::string url = "http://localhost:" + std::to_string(instance.port);
  if (!instance.path_prefix.starts_with('/')) url += '/';
  url += instance.path_prefix;
  if (!url.ends_with('/')) url += '/';
  return url;
}

std::string tensorboard_data_source(const TensorBoardInstance& instance) {
  return instance.db.empty() ? "logdir " + instance.logdir : "db " + instance.db;
}

std::string format_elapsed(std::int64_t seconds) {
  constexpr std::int64_t kDay = 86400;
  // As Python does it: only the days are negative ("-1 day, 23:59:59").
  const std::int64_t days = seconds >= 0 ? seconds / kDay : -((-seconds + kDay - 1) / kDay);
  const std::int64_t rest = seconds - days * kDay;
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), "%d:%02d:%02d", static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  if (days == 0) return clock.data();
  return std::to_string(days) + (days == 1 || days == -1 ? " day, " : " days, ") + clock.data();
}

}  // namespace opscope::viewer
