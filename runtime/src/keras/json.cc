#include "keras/json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "profiler/json_text.h"

namespace opscope::keras {
namespace {

template <typename T>
std::string number_text(T value) {
  if (!std::isfinite(value)) {
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out;
  profiler::detail::append_json_string(out, text);
  return out;
}

std::string json_number(double value) { return number_text(value); }
std::string json_number(float value) { return number_text(value); }
std::string json_bool(bool value) { return value ? "true" : "false"; }

std::string json_array(const std::vector<std::string>& elements) {
  std::string text = "[";
  for (const std::string& element : elements) {
    if (text.size() > 1) text += ", ";
    text += element;
  }
  return text + "]";
}

std::string json_shape(const Shape& shape) {
  std::vector<std::string> dims;
  for (const std::int64_t dim : shape.dims()) {
    dims.push_back(dim == kAnyDim ? "null" : std::to_string(dim));
  }
  return json_array(dims);
}

std::string json_object(const JsonFields& fields) {
  std::string text = "{";
  for (const auto& [name, value] : fields) {
    if (text.size() > 1) text += ", ";
    text += json_string(name) + ": " + value;
  }
  return text + "}";
}

std::string json_registered(std::string_view module, std::string_view class_name,
                            std::string_view config) {
  return json_object({{"module", json_string(module)},
                      {"class_name", json_string(class_name)},
                      {"config", std::string(config)},
                      {"registered_name", "null"}});
}

std::string json_initializer(const Initializer& initializer) {
  return json_registered("keras.initializers", initializer.class_name(),
                         json_object(initializer.config()));
}

std::string json_regularizer(const Regularizer& regularizer) {
  if (!regularizer.is_active()) return "null";
  if (regularizer.l1 == 0) {
    return json_registered("keras.regularizers", "L2",
                           json_object({{"l2", json_number(regularizer.l2)}}));
  }
  if (regularizer.l2 == 0) {
    return json_registered("keras.regularizers", "L1",
                           json_object({{"l1", json_number(regularizer.l1)}}));
  }
  return json_registered(
      "keras.regularizers", "L1L2",
      json_object({{"l1", json_number(regularizer.l1)}, {"l2", json_number(regularizer.l2)}}));
}

}  // namespace opscope::keras
