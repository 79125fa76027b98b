#include "event_encoder.h"

#include "opscope/proto/types.pb.h"
#include "opscope/summary/event_writer.h"
#include "opscope/summary/name_scope.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kFileVersion = "brain.Event:2";
// Readers look at this name to tell whose file it is; TensorBoard knows this one.
constexpr std::string_view kWriterName = "tensorflow.core.util.events_writer";

void append_varint(std::string& out, std::uint64_t value) {
  char buffer[wire::kMaxVarintBytes];
  out.append(buffer, wire::put_varint(buffer, value));
}

void append_varint_field(std::string& out, std::uint32_t field, std::uint64_t value) {
  out.push_back(wire::key(field, wire::WireType::varint));
  append_varint(out, value);
}

void append_bytes_field(std::string& out, std::uint32_t field, std::string_view bytes) {
  out.push_back(wire::key(field, wire::WireType::bytes));
  append_varint(out, bytes.size());
  out.append(bytes);
}

void append_text_field(std::string& out, std::uint32_t field, std::string_view text) {
  if (!text.empty()) append_bytes_field(out, field, text);
}

void append_wall_time(std::string& out, double wall_time) {
  char buffer[9];
  buffer[0] = wire::key(1, wire::WireType::fixed64);
  wire::put_fixed(buffer + 1, wall_time);
  out.append(buffer, sizeof buffer);
}

std::string encode_shape(Dims dims) {
  std::string shape;
  for (const std::int64_t size : dims) {
    std::string dim;
    if (size != 0) append_varint_field(dim, 1, static_cast<std::uint64_t>(size));
    append_bytes_field(shape, 2, dim);
  }
  return shape;
}

std::string encode_metadata(const PluginMetadata& metadata) {
  std::string plugin_data;
  append_text_field(plugin_data, 1, metadata.plugin_name);
  append_text_field(plugin_data, 2, metadata.content);
  std::string out;
  append_bytes_field(out, 1, plugin_data);
  append_text_field(out, 2, metadata.display_name);
  append_text_field(out, 3, metadata.description);
  if (metadata.data_class != 0) {
    append_varint_field(out, 4, static_cast<std::uint64_t>(metadata.data_class));
  }
  return out;
}

}  // namespace

std::string encode_string_tensor(std::span<const std::string_view> strings, Dims dims) {
  std::string out;
  append_varint_field(out, 1, proto::DT_STRING);
  append_bytes_field(out, 2, encode_shape(dims));
  for (const std::string_view text : strings) append_bytes_field(out, 8, text);
  return out;
}

std::string encode_number_tensor(int dtype, Dims dims, std::string_view content) {
  std::string out;
  out.reserve(content.size() + 64);
  append_varint_field(out, 1, static_cast<std::uint64_t>(dtype));
  append_bytes_field(out, 2, encode_shape(dims));
  append_text_field(out, 4, content);
  return out;
}

std::string encode_event(double wall_time, std::int64_t step, EventKind kind,
                         std::string_view body) {
  std::string out;
  out.reserve(body.size() + 40);
  append_wall_time(out, wall_time);
  if (step != 0) append_varint_field(out, 2, static_cast<std::uint64_t>(step));
  append_bytes_field(out, static_cast<std::uint32_t>(kind), body);
  return out;
}

std::string encode_tensor_summary(std::string_view tag, std::string_view tensor,
                                  const PluginMetadata& metadata) {
  const std::string_view scope = metadata.has_fixed_tag ? "" : current_name_scope();
  std::string value;
  value.reserve(scope.size() + tag.size() + tensor.size() + metadata.description.size() + 100);
  value.push_back(wire::key(1, wire::WireType::bytes));
  append_varint(value, scope.size() + tag.size());
  value.append(scope).append(tag);
  append_bytes_field(value, 8, tensor);
  append_bytes_field(value, 9, encode_metadata(metadata));
  std::string summary;
  append_bytes_field(summary, 1, value);
  return summary;
}

std::string encode_tagged_run_metadata(std::string_view tag, std::string_view run_metadata) {
  std::string out;
  append_bytes_field(out, 1, tag);
  append_bytes_field(out, 2, run_metadata);
  return out;
}

std::string event_file_header(std::int64_t wall_time_s) {
  std::string source;
  append_bytes_field(source, 1, kWriterName);
  std::string out;
  append_wall_time(out, static_cast<double>(wall_time_s));
  append_bytes_field(out, 3, kFileVersion);
  append_bytes_field(out, 10, source);
  return out;
}

}  // namespace opscope::summary
