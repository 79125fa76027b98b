#include "cli/tensor_numbers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "opscope/proto/types.pb.h"

namespace opscope::viewer {
namespace {

double half_to_double(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = bits >> 10 & 31;
  const double fraction = bits & 0x3FF;
  if (exponent == 31) {
    return fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                         : sign * std::numeric_limits<double>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

template <typename T>
void append(const std::string& bytes, std::vector<double>& numbers) {
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + i, sizeof value);
    numbers.push_back(static_cast<double>(value));
  }
}

void append_half(const std::string& bytes, bool is_bfloat, std::vector<double>& numbers) {
  for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + i, 2);
    numbers.push_back(is_bfloat
                          ? static_cast<double>(std::bit_cast<float>(std::uint32_t{bits} << 16))
                          : half_to_double(bits));
  }
}

bool append_numbers(int data_type, const std::string& bytes, std::vector<double>& numbers) {
  switch (data_type) {
    case proto::DT_FLOAT:
      append<float>(bytes, numbers);
      return true;
    case proto::DT_DOUBLE:
      append<double>(bytes, numbers);
      return true;
    case proto::DT_INT8:
    case proto::DT_QINT8:
      append<std::int8_t>(bytes, numbers);
      return true;
    case proto::DT_INT16:
    case proto::DT_QINT16:
      append<std::int16_t>(bytes, numbers);
      return true;
    case proto::DT_INT32:
    case proto::DT_QINT32:
      append<std::int32_t>(bytes, numbers);
      return true;
    case proto::DT_INT64:
      append<std::int64_t>(bytes, numbers);
      return true;
    case proto::DT_BOOL:
    case proto::DT_UINT8:
    case proto::DT_QUINT8:
      append<std::uint8_t>(bytes, numbers);
      return true;
    case proto::DT_UINT16:
    case proto::DT_QUINT16:
      append<std::uint16_t>(bytes, numbers);
      return true;
    case proto::DT_UINT32:
      append<std::uint32_t>(bytes, numbers);
      return true;
    case proto::DT_UINT64:
      append<std::uint64_t>(bytes, numbers);
      return true;
    case proto::DT_HALF:
    case proto::DT_BFLOAT16:
      append_half(bytes, data_type == proto::DT_BFLOAT16, numbers);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_whole_type(int data_type) noexcept {
  return data_type != proto::DT_FLOAT && data_type != proto::DT_DOUBLE &&
         data_type != proto::DT_HALF && data_type != proto::DT_BFLOAT16;
}

Result<std::vector<double>> tensor_numbers(const saved_model::BundleReader& reader,
                                           const saved_model::BundleEntry& entry) {
  const Result<std::size_t> size = reader.checked_size(entry);
  if (!size) return size.error();
  std::string bytes(*size, '\0');
  if (const Result<void> done = reader.read(entry, bytes); !done) return done.error();
  std::vector<double> numbers;
  if (!append_numbers(entry.data_type, bytes, numbers)) {
    return Error(ErrorCode::unimplemented,
                 "tensor '" + entry.name + "' of " + reader.prefix() + " holds no real numbers");
  }
  return numbers;
}

TensorStatistics statistics_of(const std::vector<double>& numbers) {
  TensorStatistics statistics;
  statistics.count = numbers.size();
  statistics.min = std::numeric_limits<double>::infinity();
  statistics.max = -statistics.min;
  double sum = 0;
  for (const double value : numbers) {
    if (!std::isfinite(value)) {
      ++statistics.not_finite;
      continue;
    }
    statistics.zeros += value == 0 ? 1 : 0;
    statistics.min = std::min(statistics.min, value);
    statistics.max = std::max(statistics.max, value);
    sum += value;
  }
  const auto finite = static_cast<double>(numbers.size() - statistics.not_finite);
  if (finite == 0) statistics.min = statistics.max = std::numeric_limits<double>::quiet_NaN();
  statistics.mean = sum / finite;
  double squares = 0;
  for (const double value : numbers) {
    const double distance = value - statistics.mean;
    if (std::isfinite(value)) squares += distance * distance;
  }
  statistics.deviation = std::sqrt(squares / finite);
  return statistics;
}

}  // namespace opscope::viewer
