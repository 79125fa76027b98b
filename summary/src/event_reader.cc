#include "opscope/summary/event_reader.h"

#include <bit>

#include "wire.h"

namespace opscope::summary {
namespace {

using wire::Field;
using wire::FieldReader;
using wire::WireType;

Error damaged(const char* message_name, const FieldReader& reader, std::string_view bytes) {
  return Error(ErrorCode::data_loss, std::string("not a serialized ") + message_name +
                                         ": bad field before byte " +
                                         std::to_string(bytes.size() - reader.rest().size()) +
                                         " of " + std::to_string(bytes.size()));
}

bool is_event_kind(std::uint32_t field) { return field >= 3 && field <= 9; }

bool is_value_kind(std::uint32_t field) { return (field >= 3 && field <= 6) || field == 8; }

std::optional<ValueView> parse_value(std::string_view bytes) noexcept {
  ValueView value;
  FieldReader reader(bytes);
  while (const std::optional<Field> field = reader.next()) {
    if (field->type == WireType::fixed32 && field->number == 2) {
      value.kind = ValueKind::simple_value;
      value.simple_value = std::bit_cast<float>(static_cast<std::uint32_t>(field->number_value));
      continue;
    }
    if (field->type != WireType::bytes) continue;
    if (field->number == 1) value.tag = field->bytes;
    if (field->number == 7) value.node_name = field->bytes;
    if (field->number == 9) value.metadata = field->bytes;
    if (is_value_kind(field->number)) {
      value.kind = static_cast<ValueKind>(field->number);
      value.body = field->bytes;
    }
  }
  return reader.is_damaged() ? std::nullopt : std::optional(value);
}

void parse_plugin_data(std::string_view bytes, MetadataView& metadata) {
  FieldReader reader(bytes);
  while (const std::optional<Field> field = reader.next()) {
    if (field->type != WireType::bytes) continue;
    if (field->number == 1) metadata.plugin_name = field->bytes;
    if (field->number == 2) metadata.plugin_content = field->bytes;
  }
}

}  // namespace

Result<EventView> parse_event(std::string_view record) {
  EventView event;
  FieldReader reader(record);
  while (const std::optional<Field> field = reader.next()) {
    if (field->number == 1 && field->type == WireType::fixed64) {
      event.wall_time = std::bit_cast<double>(field->number_value);
    } else if (field->number == 2 && field->type == WireType::varint) {
      event.step = static_cast<std::int64_t>(field->number_value);
    } else if (is_event_kind(field->number) && field->type == WireType::bytes) {
      event.kind = static_cast<EventKind>(field->number);
      event.body = field->bytes;
    } else if (field->number == 10 && field->type == WireType::bytes) {
      FieldReader source(field->bytes);
      const std::optional<Field> writer = source.next();
      if (writer && writer->number == 1) event.writer = writer->bytes;
    }
  }
  if (reader.is_damaged()) return damaged("Event", reader, record);
  return event;
}

std::optional<ValueView> ValueCursor::next() noexcept {
  FieldReader reader(rest_);
  while (const std::optional<Field> field = reader.next()) {
    rest_ = reader.rest();
    if (field->number != 1 || field->type != WireType::bytes) continue;
    if (const std::optional<ValueView> value = parse_value(field->bytes)) return value;
    is_damaged_ = true;
  }
  is_damaged_ = is_damaged_ || reader.is_damaged();
  rest_ = {};
  return std::nullopt;
}

Result<MetadataView> parse_metadata(std::string_view metadata) {
  MetadataView view;
  FieldReader reader(metadata);
  while (const std::optional<Field> field = reader.next()) {
    if (field->number == 4 && field->type == WireType::varint) {
      view.data_class = static_cast<int>(field->number_value);
    }
    if (field->type != WireType::bytes) continue;
    if (field->number == 1) parse_plugin_data(field->bytes, view);
    if (field->number == 2) view.display_name = field->bytes;
    if (field->number == 3) view.description = field->bytes;
  }
  if (reader.is_damaged()) return damaged("SummaryMetadata", reader, metadata);
  return view;
}

Result<RunMetadataView> parse_tagged_run_metadata(std::string_view body) {
  RunMetadataView view;
  FieldReader reader(body);
  while (const std::optional<Field> field = reader.next()) {
    if (field->type != WireType::bytes) continue;
    if (field->number == 1) view.tag = field->bytes;
    if (field->number == 2) view.run_metadata = field->bytes;
  }
  if (reader.is_damaged()) return damaged("TaggedRunMetadata", reader, body);
  return view;
}

}  // namespace opscope::summary
