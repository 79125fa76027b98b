// The profile that a path and a run mean.
#pragma once

#include <iosfwd>
#include <string>

#include "model/op_statistics.h"
#include "model/profile.h"
#include "opscope/result.h"

namespace opscope::viewer {

struct NamedProfile {
  std::string run;
  std::string session;
  Profile profile;
};

// The newest session, which is the last by name, below `path`, of `run` unless that is empty. What
// could not be read, and that there are others, is said on `err`.
[[nodiscard]] Result<NamedProfile> load_newest_profile(const std::string& path,
                                                       const std::string& run, std::ostream& err);

// The words of --by.
[[nodiscard]] StatisticsKey statistics_key(const std::string& word);

}  // namespace opscope::viewer
