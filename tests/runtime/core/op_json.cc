#include "op_json.h"

#include <cstring>
#include <string>
#include <vector>

#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using nlohmann::json;

unsigned digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

void from_hex(const std::string& text, void* out) {
  auto* bytes = static_cast<unsigned char*>(out);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes[i / 2] = static_cast<unsigned char>(digit(text[i]) << 4 | digit(text[i + 1]));
  }
}

std::string to_hex(const void* data, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(2 * size, '0');
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<const unsigned char*>(data)[i];
    text[2 * i] = kDigits[byte >> 4];
    text[2 * i + 1] = kDigits[byte & 15];
  }
  return text;
}

DType read_dtype(const json& in) { return dtype_from_name(in.get<std::string>()); }

template <typename T>
AttrValue read_list(const json& in) {
  std::vector<T> values;
  for (const json& value : in) values.push_back(value.get<T>());
  return values;
}
}  // namespace

Ref<TensorRep> read_tensor(const json& in) {
  Ref<TensorRep> tensor = TensorRep::make(read_dtype(in["dtype"]), read_shape(in["shape"]));
  if (tensor->dtype() != DType::string) {
    const auto& text = in["data"].get_ref<const std::string&>();
    if (text.size() != 2 * tensor->size_bytes()) {
      throw Error(ErrorCode::data_loss, "the data of a tensor has another size");
    }
    from_hex(text, tensor->mutable_raw_data());
    return tensor;
  }
  std::size_t at = 0;
  for (std::string& element : tensor->mutable_flat<std::string>()) {
    const auto& text = in["data"].at(at++).get_ref<const std::string&>();
    element.resize(text.size() / 2);
    from_hex(text, element.data());
  }
  return tensor;
}

json write_tensor(const TensorRep& tensor) {
  json out = {{"dtype", dtype_name(tensor.dtype())}, {"shape", write_shape(tensor.shape())}};
  if (tensor.dtype() == DType::string) {
    out["data"] = json::array();
    for (const std::string& text : tensor.flat<std::string>()) {
      out["data"].push_back(to_hex(text.data(), text.size()));
    }
  } else if (dtype_size(tensor.dtype()) > 0) {
    out["data"] = to_hex(tensor.raw_data(), tensor.size_bytes());
  }
  return out;
}

Shape read_shape(const json& in) {
  if (in.is_null()) return Shape::unknown();
  return Shape(in.get<std::vector<std::int64_t>>());
}

json write_shape(const Shape& shape) {
  if (shape.rank() < 0) return nullptr;
  return shape.dims();
}

AttrValue read_attr(const json& in) {
  const std::string kind = in.begin().key();
  const json& value = in.begin().value();
  if (kind == "int") return value.get<std::int64_t>();
  if (kind == "float") return value.get<float>();
  if (kind == "bool") return value.get<bool>();
  if (kind == "string") return value.get<std::string>();
  if (kind == "type") return read_dtype(value);
  if (kind == "shape") return read_shape(value);
  if (kind == "tensor") return read_tensor(value);
  if (kind == "floats") return read_list<float>(value);
  if (kind == "bools") return read_list<bool>(value);
  if (kind == "strings") return read_list<std::string>(value);
  if (kind == "ints") return read_list<std::int64_t>(value);
  if (kind == "types") {
    std::vector<DType> types;
    for (const json& each : value) types.push_back(read_dtype(each));
    return types;
  }
  if (kind == "shapes") {
    std::vector<Shape> shapes;
    for (const json& each : value) shapes.push_back(read_shape(each));
    return shapes;
  }
  throw Error(ErrorCode::invalid_argument, "no kind of attribute: " + kind);
}

}  // namespace opscope::runtime
