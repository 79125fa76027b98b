// What `opscope check` found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/logdir_model.h"

namespace opscope::viewer {

struct CheckedFile {
  std::string name;
  std::string kind;  // "events", "profile", "graph", "saved_model", "other"
  std::uint64_t size_bytes = 0;
  std::optional<std::uint64_t> records;  // of event files
  std::vector<Damage> damage;            // a cut last record included
};

struct EmptyPage {
  std::string page;
  std::string why;
};

struct CheckReport {
  std::string path;
  std::vector<CheckedFile> files;
  std::vector<EmptyPage> empty_pages;

  [[nodiscard]] std::uint64_t damage_count() const noexcept;
};

// Looks at everything the model names: event records (already read with their checksums), graphs,
// profiles and SavedModels, which are read now.
[[nodiscard]] CheckReport check_model(const LogdirModel& model);

}  // namespace opscope::viewer
