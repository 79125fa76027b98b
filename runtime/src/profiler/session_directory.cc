#include "session_directory.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "opscope/error.h"

namespace opscope::profiler::detail {
namespace {

std::string local_time_name() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y_%m_%d_%H_%M_%S", &local)};
}

}  // namespace

std::string make_session_directory(const std::string& logdir) {
  const std::filesystem::path parent = std::filesystem::path(logdir) / "plugins" / "profile";
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) throw error_from_errno(error.value(), "create directory", parent.string());
  const std::string base = (parent / local_time_name()).string();
  // mkdir tells a new directory from an existing one, also between processes.
  std::string path = base;
  for (int n = 1; ::mkdir(path.c_str(), 0777) != 0; ++n) {
    if (errno != EEXIST) throw error_from_errno(errno, "create directory", path);
    path = base + "_" + std::to_string(n);
  }
  return path;
}

std::string host_name() {
  std::array<char, 256> text{};
  if (::gethostname(text.data(), text.size() - 1) != 0 || text[0] == '\0') return "localhost";
  std::string name = text.data();
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || c == ':'; }, '_');
  return name;
}

}  // namespace opscope::profiler::detail
