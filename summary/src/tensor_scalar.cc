// The one number in a TensorProto.
#include <bit>
#include <cmath>
#include <limits>

#include "opscope/proto/types.pb.h"
#include "opscope/summary/event_reader.h"
#include "wire.h"

namespace opscope::summary {
namespace {

using wire::Field;
using wire::FieldReader;
using wire::WireType;

// What a TensorProto holds, as far as one element goes.
struct OneElement {
  int dtype = 0;
  bool has_one_element = true;
  std::string_view content;                 // tensor_content
  std::optional<std::uint64_t> value_bits;  // of the first typed value
};

double half_from_bits(std::uint32_t bits) {
  const int exponent = static_cast<int>((bits >> 10) & 0x1F);
  const auto fraction = static_cast<double>(bits & 0x3FF);
  double value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

double bfloat16_from_bits(std::uint32_t bits) {
  return static_cast<double>(std::bit_cast<float>((bits & 0xFFFF) << 16));
}

template <typename T>
std::optional<double> number_at(std::string_view content) {
  if (content.size() != sizeof(T)) return std::nullopt;
  return static_cast<double>(wire::load<T>(content.data()));
}

bool shape_has_one_element(std::string_view shape) {
  FieldReader dims(shape);
  while (const std::optional<Field> field = dims.next()) {
    if (field->number != 2 || field->type != WireType::bytes) continue;
    FieldReader dim(field->bytes);
    std::uint64_t size = 0;
    while (const std::optional<Field> part = dim.next()) {
      if (part->number == 1) size = part->number_value;
    }
    if (size != 1) return false;
  }
  return !dims.is_damaged();
}

bool is_number_field(std::uint32_t field) {
  switch (field) {
    case 5:   // float_val
    case 6:   // double_val
    case 7:   // int_val
    case 10:  // int64_val
    case 11:  // bool_val
    case 13:  // half_val
    case 16:  // uint32_val
    case 17:  // uint64_val
      return true;
    default:
      return false;
  }
}

// The first value of a repeated field, which may be packed.
std::optional<std::uint64_t> first_value(const Field& field) {
  if (field.type != WireType::bytes) return field.number_value;
  if (field.number == 5) {
    if (field.bytes.size() < sizeof(float)) return std::nullopt;
    return wire::load<std::uint32_t>(field.bytes.data());
  }
  if (field.number == 6) {
    if (field.bytes.size() < sizeof(double)) return std::nullopt;
    return wire::load<std::uint64_t>(field.bytes.data());
  }
  FieldReader packed(field.bytes);
  return packed.varint();
}

std::optional<OneElement> parse_tensor(std::string_view tensor) {
  OneElement parsed;
  FieldReader reader(tensor);
  while (const std::optional<Field> field = reader.next()) {
    if (field->number == 1) parsed.dtype = static_cast<int>(field->number_value);
    if (field->number == 2) parsed.has_one_element = shape_has_one_element(field->bytes);
    if (field->number == 4) parsed.content = field->bytes;
    if (is_number_field(field->number) && !parsed.value_bits) {
      parsed.value_bits = first_value(*field);
    }
  }
  if (reader.is_damaged() || !parsed.has_one_element) return std::nullopt;
  return parsed;
}

std::optional<double> from_content(int dtype, std::string_view content) {
  switch (dtype) {
    case proto::DT_FLOAT:
      return number_at<float>(content);
    case proto::DT_DOUBLE:
      return number_at<double>(content);
    case proto::DT_INT8:
      return number_at<std::int8_t>(content);
    case proto::DT_INT16:
      return number_at<std::int16_t>(content);
    case proto::DT_INT32:
      return number_at<std::int32_t>(content);
    case proto::DT_INT64:
      return number_at<std::int64_t>(content);
    case proto::DT_BOOL:
    case proto::DT_UINT8:
      return number_at<std::uint8_t>(content);
    case proto::DT_UINT16:
      return number_at<std::uint16_t>(content);
    case proto::DT_UINT32:
      return number_at<std::uint32_t>(content);
    case proto::DT_UINT64:
      return number_at<std::uint64_t>(content);
    case proto::DT_HALF:
      if (content.size() != 2) return std::nullopt;
      return half_from_bits(wire::load<std::uint16_t>(content.data()));
    case proto::DT_BFLOAT16:
      if (content.size() != 2) return std::nullopt;
      return bfloat16_from_bits(wire::load<std::uint16_t>(content.data()));
    default:
      return std::nullopt;
  }
}

// A tensor of one element without any value is zero: TensorFlow leaves zeros out.
std::optional<double> from_typed_value(const OneElement& parsed) {
  const std::uint64_t bits = parsed.value_bits.value_or(0);
  switch (parsed.dtype) {
    case proto::DT_FLOAT:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case proto::DT_DOUBLE:
      return std::bit_cast<double>(bits);
    case proto::DT_HALF:
      return half_from_bits(static_cast<std::uint32_t>(bits));
    case proto::DT_BFLOAT16:
      return bfloat16_from_bits(static_cast<std::uint32_t>(bits));
    case proto::DT_INT8:
    case proto::DT_INT16:
    case proto::DT_INT32:
    case proto::DT_INT64:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    case proto::DT_BOOL:
    case proto::DT_UINT8:
    case proto::DT_UINT16:
    case proto::DT_UINT32:
    case proto::DT_UINT64:
      return static_cast<double>(bits);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<double> scalar_from_tensor(std::string_view tensor) noexcept {
  const std::optional<OneElement> parsed = parse_tensor(tensor);
  if (!parsed) return std::nullopt;
  return parsed->content.empty() ? from_typed_value(*parsed)
                                 : from_content(parsed->dtype, parsed->content);
}

}  // namespace opscope::summary
