// Which tensor of a checkpoint belongs to which variable.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "opscope/proto/meta_graph.pb.h"
#include "opscope/proto/trackable_object_graph.pb.h"

namespace opscope::runtime {

// From the number of a variable in the object graph to its key, found by walking both graphs side
// by side along the names of the children. Cycles do no harm.
[[nodiscard]] std::map<int, std::string> keys_of_objects(
    const proto::SavedObjectGraph& objects, const proto::TrackableObjectGraph& checkpoint);

// From the name of a variable's node to its key, as the nodes that restore it say.
[[nodiscard]] std::map<std::string, std::string> keys_of_nodes(const proto::MetaGraphDef& meta);

// The first path by children from the root to each object: "dense/kernel". Objects that cannot be
// reached, and those below "signatures", have none.
[[nodiscard]] std::map<int, std::string> paths_of_objects(const proto::SavedObjectGraph& objects);

}  // namespace opscope::runtime
