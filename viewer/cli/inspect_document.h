// The JSON document of `opscope inspect`.
#pragma once

#include <string>
#include <vector>

#include "cli/command_support.h"
#include "model/logdir_model.h"

namespace opscope::viewer {

struct InspectFilter {
  std::string run;  // empty: every run
  std::string tag;  // empty: every tag
};

// Reads graphs and profiles as needed. What cannot be read is left out and named in `problems`.
[[nodiscard]] Json inspect_document(const LogdirModel& model, const InspectFilter& filter,
                                    std::vector<std::string>& problems);

}  // namespace opscope::viewer
