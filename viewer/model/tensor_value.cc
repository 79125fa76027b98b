#include "model/tensor_value.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "model/units.h"
#include "model/wire.h"
#include "opscope/proto/types.pb.h"

namespace opscope::viewer {
namespace {

constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 32;

double half_value(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const double fraction = bits & 0x3FF;
  double value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else {
    value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

double bfloat16_value(std::uint16_t bits) {
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
}

struct RawTensor {
  int dtype = 0;
  std::vector<std::int64_t> shape;
  std::string_view content;
  std::vector<std::string_view> strings;
  std::vector<double> numbers;  // of the typed *_val fields
};

std::vector<std::int64_t> shape_of(std::string_view shape) {
  std::vector<std::int64_t> sizes;
  WireReader dims(shape);
  while (dims.next()) {
    if (!dims.is(2, WireType::length)) continue;
    std::int64_t size = 0;
    WireReader dim(dims.bytes());
    while (dim.next()) {
      if (dim.is(1, WireType::varint)) size = dim.signed_value();
    }
    sizes.push_back(size);
  }
  return sizes;
}

// The value of one element of a *_val field from its bits on the wire.
double typed_number(std::uint32_t field, int dtype, std::uint64_t bits) {
  switch (field) {
    case 5:
    case 9:  // complex values: real and imaginary parts in turn
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case 6:
    case 12:
      return std::bit_cast<double>(bits);
    case 13:
      return dtype == proto::DT_BFLOAT16 ? bfloat16_value(static_cast<std::uint16_t>(bits))
                                         : half_value(static_cast<std::uint16_t>(bits));
    case 16:
    case 17:
      return static_cast<double>(bits);
    default:
      return static_cast<double>(static_cast<std::int64_t>(bits));
  }
}

bool is_number_field(std::uint32_t field) {
  constexpr std::uint32_t kFields =
      1U << 5 | 1U << 6 | 1U << 7 | 1U << 10 | 1U << 11 | 1U << 13 | 1U << 16 | 1U << 17;
  return field < 32 && ((kFields >> field) & 1U) != 0;
}

template <typename T>
T load(const char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void take_packed(std::uint32_t field, std::string_view bytes, RawTensor& tensor) {
  if (field == 5 || field == 6) {
    const std::size_t size = field == 5 ? 4 : 8;
    for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
      const std::uint64_t bits = field == 5 ? load<std::uint32_t>(bytes.data() + at)
                                            : load<std::uint64_t>(bytes.data() + at);
      tensor.numbers.push_back(typed_number(field, tensor.dtype, bits));
    }
    return;
  }
  std::uint64_t bits = 0;
  unsigned shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift < 64) bits |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    shift += 7;
    if (byte >= 0x80) continue;
    tensor.numbers.push_back(typed_number(field, tensor.dtype, bits));
    bits = 0;
    shift = 0;
  }
}

RawTensor parse_tensor(std::string_view bytes) {
  RawTensor tensor;
  WireReader reader(bytes);
  while (reader.next()) {
    const std::uint32_t field = reader.field();
    if (reader.is(1, WireType::varint)) tensor.dtype = static_cast<int>(reader.value());
    if (reader.is(2, WireType::length)) tensor.shape = shape_of(reader.bytes());
    if (reader.is(4, WireType::length)) tensor.content = reader.bytes();
    if (reader.is(8, WireType::length)) tensor.strings.push_back(reader.bytes());
    if (!is_number_field(field)) continue;
    if (reader.type() == WireType::length) {
      take_packed(field, reader.bytes(), tensor);
    } else {
      tensor.numbers.push_back(typed_number(field, tensor.dtype, reader.value()));
    }
  }
  return tensor;
}

// The number of elements; empty when a size is negative or the product is absurd.
Result<std::uint64_t> element_count(const std::vector<std::int64_t>& shape) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count)) {
      return Error(ErrorCode::data_loss, "the tensor's shape has an impossible size");
    }
  }
  if (count > kMaxElements) {
    return Error(ErrorCode::data_loss, "the tensor claims " + std::to_string(count) + " elements");
  }
  return count;
}

template <typename T, typename Convert>
std::vector<double> convert_all(std::string_view content, const Convert& convert) {
  std::vector<double> numbers;
  numbers.reserve(content.size() / sizeof(T));
  for (std::size_t at = 0; at + sizeof(T) <= content.size(); at += sizeof(T)) {
    numbers.push_back(convert(load<T>(content.data() + at)));
  }
  return numbers;
}

template <typename T>
std::vector<double> convert_plain(std::string_view content) {
  return convert_all<T>(content, [](T value) { return static_cast<double>(value); });
}

std::vector<double> numbers_of_content(int dtype, std::string_view content) {
  switch (dtype) {
    case proto::DT_FLOAT:
      return convert_plain<float>(content);
    case proto::DT_DOUBLE:
      return convert_plain<double>(content);
    case proto::DT_INT32:
      return convert_plain<std::int32_t>(content);
    case proto::DT_UINT8:
    case proto::DT_BOOL:
      return convert_plain<std::uint8_t>(content);
    case proto::DT_INT16:
      return convert_plain<std::int16_t>(content);
    case proto::DT_INT8:
      return convert_plain<std::int8_t>(content);
    case proto::DT_INT64:
      return convert_plain<std::int64_t>(content);
    case proto::DT_UINT16:
      return convert_plain<std::uint16_t>(content);
    case proto::DT_UINT32:
      return convert_plain<std::uint32_t>(content);
    case proto::DT_UINT64:
      return convert_plain<std::uint64_t>(content);
    case proto::DT_HALF:
      return convert_all<std::uint16_t>(content, half_value);
    case proto::DT_BFLOAT16:
      return convert_all<std::uint16_t>(content, bfloat16_value);
    default:
      return {};
  }
}

}  // namespace

Result<StringTensor> strings_of_tensor(std::string_view bytes) {
  const RawTensor raw = parse_tensor(bytes);
  if (raw.dtype != proto::DT_STRING) {
    return Error(ErrorCode::data_loss, "expected a DT_STRING tensor, got " + dtype_name(raw.dtype));
  }
  const Result<std::uint64_t> count = element_count(raw.shape);
  if (!count) return count.error();
  if (*count != raw.strings.size()) {
    return Error(ErrorCode::data_loss, "the tensor's shape wants " + std::to_string(*count) +
                                           " strings, it has " +
                                           std::to_string(raw.strings.size()));
  }
  return StringTensor{raw.shape, {raw.strings.begin(), raw.strings.end()}};
}

Result<NumberTensor> numbers_of_tensor(std::string_view bytes) {
  RawTensor raw = parse_tensor(bytes);
  const Result<std::uint64_t> count = element_count(raw.shape);
  if (!count) return count.error();
  NumberTensor tensor{raw.dtype, raw.shape, std::move(raw.numbers)};
  if (!raw.content.empty()) tensor.values = numbers_of_content(raw.dtype, raw.content);
  // Repeating one value over a shape is only believed for sizes that a picture may have.
  constexpr std::uint64_t kMaxRepeated = std::uint64_t{1} << 24;
  if (tensor.values.size() == 1 && *count > 1 && *count <= kMaxRepeated && raw.content.empty()) {
    tensor.values.assign(static_cast<std::size_t>(*count), tensor.values.front());
  }
  if (tensor.values.size() != *count) {
    return Error(ErrorCode::data_loss, "the tensor's shape wants " + std::to_string(*count) +
                                           " numbers of " + dtype_name(raw.dtype) + ", it has " +
                                           std::to_string(tensor.values.size()));
  }
  return tensor;
}

}  // namespace opscope::viewer
