// What layers for images share: their JSON, and what they ask of their options.
#pragma once

#include <string>

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "opscope/keras/image_layers.h"

namespace opscope::keras {

inline std::string json_size(Size2D size) {
  return json_array({std::to_string(size.rows), std::to_string(size.columns)});
}

inline std::string json_padding(Padding padding) {
  return json_string(padding == Padding::same ? "same" : "valid");
}

inline void require_positive_size(const Layer& layer, const char* what, Size2D size) {
  require_positive(layer, what, size.rows);
  require_positive(layer, what, size.columns);
}

inline void require_no_explicit_padding(const Layer& layer, Padding padding) {
  if (padding != Padding::explicit_) return;
  throw Error(ErrorCode::invalid_argument, layer.name() + ": the padding must be valid or same");
}

}  // namespace opscope::keras
