// The names that TensorFlow gives the functions of a SavedModel when it loads them. saved_model_cli
// lists the traces of a function in the order of those names.
#pragma once

#include <map>
#include <string>

#include "opscope/proto/meta_graph.pb.h"

namespace opscope::viewer {

// From the name in the file to the name after loading, "__inference_f_42", in a process that has
// loaded nothing before.
[[nodiscard]] std::map<std::string, std::string> restored_names(const proto::MetaGraphDef& meta);

}  // namespace opscope::viewer
