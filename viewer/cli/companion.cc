#include "cli/companion.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "cli/command_support.h"

namespace opscope::viewer {
namespace {

std::string beside_this_program(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : (self.parent_path() / name).string();
}

}  // namespace

int run_companion(const std::string& name, const std::vector<std::string>& args,
                  std::ostream& err) {
  std::vector<std::string> words{name};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string path = beside_this_program(name);
  if (!path.empty() && ::access(path.c_str(), X_OK) == 0) ::execv(path.c_str(), pointers.data());
  ::execvp(name.c_str(), pointers.data());
  print_error(err, "cannot run " + name + " (" + std::strerror(errno) +
                       "), which belongs beside opscope: install it, too, or build it from the "
                       "same sources");
  return kFailed;
}

}  // namespace opscope::viewer
