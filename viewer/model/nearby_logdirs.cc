#include <algorithm>
#include <deque>
#include <filesystem>

#include "model/logdir.h"
#include "model/path_kind.h"

namespace opscope::viewer {
namespace {

namespace fs = std::filesystem;

// Looks at so many entries, then gives up: this only helps with a mistyped path.
constexpr std::size_t kEntryBudget = 5000;

bool is_data_file(const std::string& name) {
  return is_event_file_name(name) || name.ends_with(".xplane.pb") || name == "saved_model.pb";
}

// The folders with data directly in them, at or below `root` but not below `known`, those near the
// top first.
void collect_below(const fs::path& root, const fs::path& known, std::size_t limit,
                   std::size_t& budget, std::vector<std::string>& found) {
  std::deque<fs::path> waiting{root};
  while (!waiting.empty() && found.size() < limit && budget > 0) {
    const fs::path directory = std::move(waiting.front());
    waiting.pop_front();
    if (directory == known) continue;
    std::error_code error;
    std::vector<fs::path> children;
    bool has_data = false;
    for (fs::directory_iterator at(directory, error); !error && at != fs::directory_iterator();
         at.increment(error)) {
      if (budget == 0) break;
      --budget;
      std::error_code ignored;
      if (at->is_directory(ignored) && !at->is_symlink(ignored)) children.push_back(at->path());
      has_data = has_data ||
                 (is_data_file(at->path().filename().string()) && at->is_regular_file(ignored));
    }
    if (has_data && std::find(found.begin(), found.end(), directory.string()) == found.end()) {
      found.push_back(directory.string());
      continue;
    }
    std::sort(children.begin(), children.end());
    waiting.insert(waiting.end(), children.begin(), children.end());
  }
}

}  // namespace

std::vector<std::string> nearby_logdirs(const std::string& path, std::size_t limit) {
  std::vector<std::string> found;
  std::size_t budget = kEntryBudget;
  std::error_code error;
  fs::path at = fs::absolute(path, error).lexically_normal();
  if (!at.has_filename()) at = at.parent_path();
  const fs::path known = at;
  // Two steps up from the nearest folder that exists; never the whole disk.
  constexpr int kStepsUp = 2;
  while (at.has_relative_path() && !fs::is_directory(at, error)) at = at.parent_path();
  for (int step = 0; step <= kStepsUp && at.has_relative_path() && found.empty(); ++step) {
    collect_below(at, known, limit, budget, found);
    at = at.parent_path();
  }
  return found;
}

}  // namespace opscope::viewer
