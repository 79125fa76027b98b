// The real logs in shared/corpus and what the official readers say of them.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace opscope::viewer::testing {

using Json = nlohmann::json;

inline std::filesystem::path corpus_path(const std::string& below) {
  return std::filesystem::path(OPSCOPE_SHARED) / "corpus" / below;
}

inline Json oracle(const std::string& folder) {
  std::ifstream file(corpus_path(folder) / "oracle.json");
  return Json::parse(file);
}

struct CommandRun {
  int exit_code = -1;
  std::string out;
  std::string err;

  [[nodiscard]] Json json() const { return Json::parse(out); }
};

using Command = int (*)(const std::vector<std::string>&, std::ostream&, std::ostream&);

inline CommandRun run(Command command, const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  CommandRun result;
  result.exit_code = command(args, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

inline Json inspect(const std::filesystem::path& path) {
  return run(run_inspect, {path.string(), "--json"}).json();
}

// The element of `list` whose member `key` is `value`; null when there is none.
inline Json find_by(const Json& list, const std::string& key, const std::string& value) {
  for (const Json& element : list) {
    if (element.at(key) == value) return element;
  }
  return nullptr;
}

}  // namespace opscope::viewer::testing
