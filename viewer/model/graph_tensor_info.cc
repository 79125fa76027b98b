#include "model/graph_tensor_info.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/graph_roles.h"
#include "model/graph_wire.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr std::uint8_t kBool = 10;  // DT_BOOL

// Attributes that name the type of the first output, the most telling first.
constexpr std::array<std::string_view, 9> kTypeAttributes{
    "DstT",         "out_type",     "output_type", "dtype", "Tout",
    "output_types", "output_dtype", "T",           "type"};
constexpr std::array<std::string_view, 13> kPredicates{
    "Equal", "NotEqual", "Less",  "LessEqual", "Greater",  "GreaterEqual", "LogicalAnd",
    "All",   "Any",      "IsNan", "IsInf",     "IsFinite", "LogicalOr"};
constexpr std::array<std::string_view, 4> kHandles{"VarHandleOp", "MutableHashTableV2",
                                                   "HashTableV2", "IteratorV2"};

// DataType of an AttrValue: `type`, or the first one of `list.type`.
std::uint8_t type_of(std::string_view value) {
  WireReader reader(value);
  while (reader.next()) {
    if (reader.is(6, WireType::varint)) return static_cast<std::uint8_t>(reader.value() % 100);
    if (!reader.is(1, WireType::length)) continue;
    WireReader list(reader.bytes());
    while (list.next()) {
      if (list.is(6, WireType::varint)) return static_cast<std::uint8_t>(list.value() % 100);
      if (list.is(6, WireType::length) && !list.bytes().empty()) {
        return static_cast<std::uint8_t>(static_cast<unsigned char>(list.bytes()[0]) % 100);
      }
    }
  }
  return 0;
}

void add_shapes(std::string_view value, ShapeTable& shapes, std::vector<std::uint32_t>& list) {
  WireReader reader(value);
  while (reader.next()) {
    if (!reader.is(1, WireType::length)) continue;
    WireReader values(reader.bytes());
    while (values.next()) {
      if (!values.is(7, WireType::length)) continue;
      ShapeText shape = shape_text_of(values.bytes());
      list.push_back(shapes.intern(std::move(shape.text), shape.elements));
    }
  }
}

}  // namespace

ShapeText shape_text_of(std::string_view shape) {
  ShapeText result;
  result.elements = 1;
  std::string dimensions;
  WireReader reader(shape);
  while (reader.next()) {
    if (reader.is(3, WireType::varint) && reader.value() != 0) return {"?", 0};
    if (!reader.is(2, WireType::length)) continue;
    std::int64_t size = 0;
    WireReader dimension(reader.bytes());
    while (dimension.next()) {
      if (dimension.is(1, WireType::varint)) size = dimension.signed_value();
    }
    if (!dimensions.empty()) dimensions += ',';
    dimensions += size < 0 ? "?" : std::to_string(size);
    result.elements *= size < 0 ? 0 : static_cast<double>(size);
  }
  result.text = dimensions.empty() ? "scalar" : "[" + dimensions + "]";
  return result;
}

OutputInfo read_outputs(std::string_view op, std::string_view node_def, ShapeTable& shapes,
                        std::vector<std::uint32_t>& list) {
  OutputInfo info;
  info.first_shape = static_cast<std::uint32_t>(list.size());
  std::size_t best = kTypeAttributes.size();
  for (const RawAttribute& attribute : node_attributes(node_def)) {
    if (attribute.name == "_output_shapes") add_shapes(attribute.value, shapes, list);
    const auto found = std::find(kTypeAttributes.begin(), kTypeAttributes.end(), attribute.name);
    const auto rank = static_cast<std::size_t>(found - kTypeAttributes.begin());
    if (rank >= best) continue;
    if (const std::uint8_t dtype = type_of(attribute.value); dtype != 0) {
      best = rank;
      info.dtype = dtype;
    }
  }
  info.shape_count =
      static_cast<std::uint16_t>(std::min<std::size_t>(list.size() - info.first_shape, 0xFFFF));
  if (std::find(kPredicates.begin(), kPredicates.end(), op) != kPredicates.end()) {
    info.dtype = kBool;
  }
  if (std::find(kHandles.begin(), kHandles.end(), op) != kHandles.end()) {
    info.dtype = kResourceDtype;
  }
  return info;
}

}  // namespace opscope::viewer
