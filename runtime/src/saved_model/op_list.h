// The definitions of the ops that a graph uses, as SavedModels carry them along.
#pragma once

#include "opscope/proto/graph.pb.h"
#include "opscope/proto/op_def.pb.h"

namespace opscope::runtime {

// Sorted by name. Ops that are not known here, such as those that write files, are left out.
[[nodiscard]] proto::OpList used_op_list(const proto::GraphDef& graph);

}  // namespace opscope::runtime
