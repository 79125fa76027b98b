// Graphs in protobuf's text format.
#pragma once

#include <string>
#include <string_view>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// The serialized GraphDef of a text; fields that we do not know are left out. Fails with
// invalid_argument and the bare complaint, "line 3, column 7: ...": the caller says of what.
[[nodiscard]] Result<std::string> graph_def_from_text(std::string_view text);

// The serialized GraphDef that build_graph_model() shows of such bytes: of a RunMetadata the
// largest graph, of Keras' JSON the layers. Fails with data_loss when the bytes are no such
// message.
[[nodiscard]] Result<std::string> graph_def_bytes(std::string_view bytes, GraphKind kind);

// A serialized GraphDef as text, maps in the order of their keys. Fails with data_loss when the
// bytes are no GraphDef or hold names that are no UTF-8, which the text format cannot hold.
[[nodiscard]] Result<std::string> text_from_graph_def(std::string_view graph_def);

}  // namespace opscope::viewer
