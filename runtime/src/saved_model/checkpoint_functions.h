// The functions of a SavedModel that write and read its variables, for loaders that run graphs.
#pragma once

#include "opscope/proto/function.pb.h"
#include "saved_model/object_tree.h"

namespace opscope::runtime {

// (file_prefix, one resource for each variable, object graph) -> file_prefix
[[nodiscard]] proto::FunctionDef make_save_function(const ObjectTree& tree,
                                                    const std::string& name);
// (file_prefix, one resource for each variable) -> file_prefix
[[nodiscard]] proto::FunctionDef make_restore_function(const ObjectTree& tree,
                                                       const std::string& name);

}  // namespace opscope::runtime
