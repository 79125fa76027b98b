// An eager Tensor as JSON: {"dtype": "float32", "shape": [2], "values": [...]}. Numbers that JSON
// cannot hold are the strings "NaN", "Infinity" and "-Infinity".
#pragma once

#include <nlohmann/json.hpp>

#include "opscope/runtime.h"

namespace opscope::compat {

[[nodiscard]] nlohmann::ordered_json tensor_json(const Tensor& tensor);

}  // namespace opscope::compat
