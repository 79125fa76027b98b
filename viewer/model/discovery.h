// Finds what lies below a path: event files, profile sessions, SavedModels and stand-alone files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// Everything found, sorted by name.
struct Discovery {
  PathKind kind = PathKind::logdir;
  // Run name -> event files as (path to open, name relative to the logdir).
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> runs;
  std::vector<ProfileSession> profiles;
  std::vector<std::string> saved_models;  // folders
  std::vector<GraphSource> graphs;        // in files of their own
  std::vector<SkippedFile> skipped;
  std::uint64_t files_seen = 0;  // of any kind
};

// Walks the path, following links but no circle twice. Fails when the path itself does not exist,
// cannot be read, or is a file of no known kind; folders below that cannot be read are skipped.
[[nodiscard]] Result<Discovery> discover(const std::string& path);

}  // namespace opscope::viewer
