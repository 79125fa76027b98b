// Attributes as a person reads them.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "model/graph_data.h"
#include "model/graph_model.h"
#include "model/graph_tensor_info.h"
#include "model/graph_wire.h"
#include "model/units.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxValues = 16;

std::string type_text(std::uint64_t dtype) {
  return dtype_name(static_cast<int>(std::min<std::uint64_t>(dtype, 1000)));
}

std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      text += c;
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", byte);
    text += escape;
  }
  return text + "\"";
}

// TensorProto: 1 dtype, 2 tensor_shape, 4 content, 5.. values.
std::string tensor_text(std::string_view bytes) {
  std::string type = "tensor";
  std::string shape = "scalar";
  std::string values;
  std::size_t count = 0;
  const auto add = [&](const std::string& value) {
    if (++count > kMaxValues) return;
    values += values.empty() ? value : ", " + value;
  };
  WireReader reader(bytes);
  while (reader.next()) {
    const bool is_packed = reader.type() == WireType::length;
    if (reader.is(1, WireType::varint)) type = type_text(reader.value());
    if (reader.is(2, WireType::length)) shape = shape_text_of(reader.bytes()).text;
    if (reader.field() == 5 && is_packed) {
      for (std::size_t at = 0; at + 4 <= reader.bytes().size() && count <= kMaxValues; at += 4) {
        float value = 0;
        std::memcpy(&value, reader.bytes().data() + at, 4);
        add(format_value(static_cast<double>(value)));
      }
    }
    if (reader.is(5, WireType::fixed32))
      add(format_value(static_cast<double>(reader.float_value())));
    const bool is_integer = reader.field() == 7 || reader.field() == 10 || reader.field() == 11;
    if (is_integer && reader.type() == WireType::varint) add(std::to_string(reader.signed_value()));
    if (reader.field() == 8 && is_packed) add(quoted(reader.bytes()));
    if (reader.field() == 4 && is_packed && !reader.bytes().empty()) {
      values = format_bytes(static_cast<double>(reader.bytes().size()));
    }
  }
  if (count > kMaxValues) values += ", …";
  return type + " " + shape + (values.empty() ? "" : ": " + values);
}

// NameAttrList: 1 name.
std::string function_text(std::string_view function) {
  WireReader reader(function);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) return std::string(reader.bytes());
  }
  return {};
}

void add_packed(std::string_view numbers, bool are_types, std::vector<std::string>& texts) {
  while (!numbers.empty() && texts.size() <= kMaxValues) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; !numbers.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(numbers.front());
      numbers.remove_prefix(1);
      if (shift < 64) number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    texts.push_back(are_types ? type_text(number)
                              : std::to_string(static_cast<std::int64_t>(number)));
  }
}

// AttrValue.ListValue has the field numbers of AttrValue, with 9 for functions.
std::string list_text(std::string_view list) {
  std::string text = "[";
  std::size_t count = 0;
  const auto add = [&](const std::string& item) {
    if (++count > kMaxValues) return;
    text += count == 1 ? item : ", " + item;
  };
  WireReader reader(list);
  while (reader.next()) {
    const bool is_text = reader.type() == WireType::length;
    if (reader.field() == 2 && is_text) add(quoted(reader.bytes()));
    if (reader.field() == 7 && is_text) add(shape_text_of(reader.bytes()).text);
    if (reader.field() == 8 && is_text) add(tensor_text(reader.bytes()));
    if ((reader.field() == 3 || reader.field() == 5 || reader.field() == 6) && is_text) {
      std::vector<std::string> numbers;
      add_packed(reader.bytes(), reader.field() == 6, numbers);
      for (const std::string& number : numbers) add(number);
    }
    if (reader.is(3, WireType::varint)) add(std::to_string(reader.signed_value()));
    if (reader.is(5, WireType::varint)) add(reader.value() != 0 ? "true" : "false");
    if (reader.is(6, WireType::varint)) add(type_text(reader.value()));
    if (reader.is(4, WireType::fixed32))
      add(format_value(static_cast<double>(reader.float_value())));
    if (reader.field() == 9 && is_text) add(function_text(reader.bytes()));
  }
  if (count > kMaxValues) text += ", … (" + std::to_string(count) + ")";
  return text + "]";
}

// AttrValue: 1 list, 2 s, 3 i, 4 f, 5 b, 6 type, 7 shape, 8 tensor, 9 placeholder, 10 func.
std::string value_text(std::string_view value) {
  WireReader reader(value);
  std::string text;
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        text = list_text(reader.bytes());
        break;
      case 2:
      case 9:
        text = quoted(reader.bytes());
        break;
      case 3:
        text = std::to_string(reader.signed_value());
        break;
      case 4:
        text = format_value(static_cast<double>(reader.float_value()));
        break;
      case 5:
        text = reader.value() != 0 ? "true" : "false";
        break;
      case 6:
        text = type_text(reader.value());
        break;
      case 7:
        text = shape_text_of(reader.bytes()).text;
        break;
      case 8:
        text = tensor_text(reader.bytes());
        break;
      case 10:
        text = function_text(reader.bytes());
        break;
      default:
        break;
    }
  }
  return text;
}

}  // namespace

std::vector<GraphAttribute> GraphModel::attributes(NodeId id) const {
  std::vector<GraphAttribute> result;
  for (const RawAttribute& attribute : node_attributes(data_->node(id).definition)) {
    GraphAttribute shown{std::string(attribute.name), value_text(attribute.value), false};
    if (shown.text.size() > kMaxText) {
      std::size_t end = kMaxText;  // not within a UTF-8 sequence
      while (end > 0 && (static_cast<unsigned char>(shown.text[end]) & 0xC0) == 0x80) --end;
      shown.text.resize(end);
      shown.is_cut = true;
    }
    result.push_back(std::move(shown));
  }
  std::sort(result.begin(), result.end(),
            [](const GraphAttribute& a, const GraphAttribute& b) { return a.name < b.name; });
  return result;
}

}  // namespace opscope::viewer
