#include "tensor_json.h"

#include <cmath>
#include <string>

namespace opscope::compat {
namespace {

using Json = nlohmann::ordered_json;

Json real_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

template <typename T>
Json values_json(const Tensor& tensor) {
  Json values = Json::array();
  for (const T& value : tensor.values<T>()) {
    if constexpr (std::is_floating_point_v<T>) {
      values.push_back(real_json(static_cast<double>(value)));
    } else {
      values.push_back(value);
    }
  }
  return values;
}

Json values_json(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::float32:
      return values_json<float>(tensor);
    case DType::float64:
      return values_json<double>(tensor);
    case DType::int32:
      return values_json<std::int32_t>(tensor);
    case DType::int64:
      return values_json<std::int64_t>(tensor);
    case DType::boolean:
      return values_json<bool>(tensor);
    case DType::string:
      return values_json<std::string>(tensor);
    default:
      throw Error(ErrorCode::unimplemented,
                  "no JSON form for " + std::string(dtype_name(tensor.dtype())));
  }
}

}  // namespace

Json tensor_json(const Tensor& tensor) {
  Json shape = Json::array();
  for (const std::int64_t size : tensor.shape().dims()) shape.push_back(size);
  return {{"dtype", dtype_name(tensor.dtype())},
          {"shape", std::move(shape)},
          {"values", values_json(tensor)}};
}

}  // namespace opscope::compat
