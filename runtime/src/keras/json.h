// Pieces of JSON text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opscope/keras/initializers.h"
#include "opscope/keras/regularizers.h"
#include "opscope/runtime/shape.h"

namespace opscope::keras {

using JsonFields = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::string json_string(std::string_view text);
// As Python writes a float: "1.0", "0.001", "1e-07".
[[nodiscard]] std::string json_number(double value);
// The shortest text that gives the same float: 0.001f is "0.001".
[[nodiscard]] std::string json_number(float value);
[[nodiscard]] std::string json_bool(bool value);
// "[null, 8]"
[[nodiscard]] std::string json_shape(const Shape& shape);
[[nodiscard]] std::string json_object(const JsonFields& fields);
[[nodiscard]] std::string json_array(const std::vector<std::string>& elements);

// {"module": MODULE, "class_name": NAME, "config": CONFIG, "registered_name": null}
[[nodiscard]] std::string json_registered(std::string_view module, std::string_view class_name,
                                          std::string_view config);
[[nodiscard]] std::string json_initializer(const Initializer& initializer);
[[nodiscard]] std::string json_regularizer(const Regularizer& regularizer);

}  // namespace opscope::keras
