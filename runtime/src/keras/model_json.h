// Layers as Keras's to_json() writes them.
#pragma once

#include <string>

#include "opscope/keras/layer.h"

namespace opscope::keras {

// {"module": ..., "class_name": ..., "config": {...}, ...}
[[nodiscard]] std::string json_layer(const Layer& layer);

}  // namespace opscope::keras
