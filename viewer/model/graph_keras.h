// The conceptual graph of a Keras model.
#pragma once

#include <string>
#include <string_view>

#include "opscope/result.h"

namespace opscope::viewer {

// Of the JSON that Model.to_json() gives: a serialized GraphDef with one node per layer, nested
// models as scopes. Without inbound_nodes each layer follows the one before it. Fails with
// data_loss when the text is no JSON or no model.
[[nodiscard]] Result<std::string> graph_def_from_keras(std::string_view json);

}  // namespace opscope::viewer
