// Events as bytes, without protobuf objects. See summary/FORMAT.md. Fields come in the order of
// their numbers, so that the bytes are those that TensorFlow writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "opscope/summary/event_reader.h"
#include "wire.h"

namespace opscope::summary {

// The parts of a scalar's value behind its tag.
inline constexpr std::size_t kScalarTensorBytes = 12;
inline constexpr std::string_view kScalarMetadata = "\x4a\x0b\x0a\x09\x0a\x07scalars";

// The size of a scalar event is at most this and the size of the tag.
inline constexpr std::size_t kScalarEventMaxOverhead = 80;

// Writes a scalar event; gives its end. Inline: this is what a program pays for every point.
inline char* put_scalar_event(char* to, double wall_time, std::int64_t step, std::string_view tag,
                              float value) noexcept {
  const std::size_t value_bytes =
      wire::bytes_field_size(tag.size()) + kScalarTensorBytes + kScalarMetadata.size();
  *to++ = wire::key(1, wire::WireType::fixed64);
  to = wire::put_fixed(to, wall_time);
  if (step != 0) {
    *to++ = wire::key(2, wire::WireType::varint);
    to = wire::put_varint(to, static_cast<std::uint64_t>(step));
  }
  to = wire::put_bytes_key(to, 5, wire::bytes_field_size(value_bytes));  // Event.summary
  to = wire::put_bytes_key(to, 1, value_bytes);                          // Summary.value
  to = wire::put_bytes_field(to, 1, tag);
  // tensor { dtype: DT_FLOAT, tensor_shape {}, tensor_content }
  to = wire::put_bytes(to, std::string_view("\x42\x0a\x08\x01\x12\x00\x22\x04", 8));
  to = wire::put_fixed(to, value);
  return wire::put_bytes(to, kScalarMetadata);
}

// SummaryMetadata.
struct PluginMetadata {
  std::string_view plugin_name{};
  std::string_view content{};
  std::string_view display_name{};
  std::string_view description{};
  int data_class = 0;          // proto::DataClass; 0: readers know it from the plugin's name
  bool has_fixed_tag = false;  // the thread's name scope stays away; not written
};

// The sizes of a tensor; empty: one element.
using Dims = std::span<const std::int64_t>;

// TensorProto of strings in row-major order.
std::string encode_string_tensor(std::span<const std::string_view> strings, Dims dims);

// TensorProto of numbers, `content` being their bytes in row-major order; dtype is a
// proto::DataType.
std::string encode_number_tensor(int dtype, Dims dims, std::string_view content);

// An Event with wall_time, step and the member `kind` with the given bytes.
std::string encode_event(double wall_time, std::int64_t step, EventKind kind,
                         std::string_view body);

// The bytes of a Summary with one value: a serialized TensorProto with its metadata. The thread's
// name scope goes before the tag.
std::string encode_tensor_summary(std::string_view tag, std::string_view tensor,
                                  const PluginMetadata& metadata);

// TaggedRunMetadata.
std::string encode_tagged_run_metadata(std::string_view tag, std::string_view run_metadata);

}  // namespace opscope::summary
