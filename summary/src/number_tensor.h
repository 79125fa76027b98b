// Spans of numbers as serialized TensorProtos.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "event_encoder.h"
#include "opscope/error.h"
#include "opscope/proto/types.pb.h"
#include "tag_check.h"

namespace opscope::summary {

template <typename T>
constexpr proto::DataType dtype_of() {
  if constexpr (std::is_same_v<T, bool>) return proto::DT_BOOL;
  if constexpr (std::is_same_v<T, float>) return proto::DT_FLOAT;
  if constexpr (std::is_same_v<T, double>) return proto::DT_DOUBLE;
  constexpr proto::DataType kSigned[] = {proto::DT_INT8, proto::DT_INT16, proto::DT_INT32,
                                         proto::DT_INT64};
  constexpr proto::DataType kUnsigned[] = {proto::DT_UINT8, proto::DT_UINT16, proto::DT_UINT32,
                                           proto::DT_UINT64};
  constexpr int kIndex = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return std::is_signed_v<T> ? kSigned[kIndex] : kUnsigned[kIndex];
}

// Throws invalid_argument when the dims do not give `size`; the message names the tag.
inline void check_dims(std::string_view tag, Dims dims, std::size_t size) {
  std::uint64_t count = 1;
  std::string text;
  bool fits = true;
  for (const std::int64_t dim : dims) {
    text += (text.empty() ? "" : ", ") + std::to_string(dim);
    fits =
        fits && dim >= 0 && !__builtin_mul_overflow(count, static_cast<std::uint64_t>(dim), &count);
  }
  if (fits && count == size) return;
  throw Error(ErrorCode::invalid_argument, "a tensor for tag " + quoted(tag) + " of shape [" +
                                               text + "] cannot have " + std::to_string(size) +
                                               " values");
}

template <typename T>
std::string encode_numbers(std::span<const T> values, Dims dims) {
  return encode_number_tensor(dtype_of<T>(), dims,
                              {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace opscope::summary
