// Builds the SavedModel message of a module.
#pragma once

#include <string>
#include <vector>

#include "opscope/proto/saved_model.pb.h"
#include "opscope/runtime/saved_model.h"
#include "saved_model/object_tree.h"

namespace opscope::runtime {

// Throws invalid_argument as save() does.
[[nodiscard]] proto::SavedModel build_model(const ObjectTree& tree, const SaveOptions& options,
                                            const std::vector<std::string>& asset_names);

}  // namespace opscope::runtime
