// The facts of a SavedModel: its signatures, variables and where its graph lies.
#pragma once

#include <string>
#include <vector>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// One entry per MetaGraphDef of `folder`/saved_model.pb. Fails when the file cannot be read or is
// no SavedModel.
[[nodiscard]] Result<std::vector<SavedModelInfo>> read_saved_model(const std::string& folder);

}  // namespace opscope::viewer
