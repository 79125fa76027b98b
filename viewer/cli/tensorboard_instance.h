// What a running TensorBoard says of itself: the file <tmp>/.tensorboard-info/pid-<pid>.info, JSON
// written by tensorboard/manager.py when the server is ready and removed when it ends. A server
// that was killed leaves its file behind; such files are told apart here and not reported.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::viewer {

struct TensorBoardInstance {
  std::string version;
  std::int64_t start_time_s = 0;  // since the Unix epoch
  int pid = 0;
  int port = 0;
  std::string path_prefix;
  std::string logdir;  // as given, so possibly relative to `working_directory`
  std::string db;
  // What the server was started with; empty where the file's cache key cannot be read.
  std::string working_directory;
  std::vector<std::string> arguments;
};

// The folder of the info files, by the rule of Python's tempfile.gettempdir().
[[nodiscard]] std::string tensorboard_info_dir();

// An info file's text; nothing when it is not one.
[[nodiscard]] std::optional<TensorBoardInstance> parse_tensorboard_info(std::string_view text);

// The servers that run now, by port, then pid. Left out are files that cannot be read, whose
// process has ended (or whose pid is another process's by now), and files that another user than
// the process's wrote.
[[nodiscard]] std::vector<TensorBoardInstance> running_tensorboards(const std::string& info_dir);

// "http://localhost:6006/".
[[nodiscard]] std::string tensorboard_url(const TensorBoardInstance& instance);

// "logdir ./data" or, for a server on a database, "db sqlite:x".
[[nodiscard]] std::string tensorboard_data_source(const TensorBoardInstance& instance);

// A duration as Python's str(timedelta) writes it: "2 days, 0:48:58".
[[nodiscard]] std::string format_elapsed(std::int64_t seconds);

}  // namespace opscope::viewer
