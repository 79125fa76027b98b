#include "plane_tables.h"

#include <utility>
#include <variant>

#include "label_table.h"
#include "trace_me_name.h"
#include "utf8.h"
#include "wire.h"
#include "xplane_fields.h"

namespace opscope::profiler::detail {
namespace {

std::string encode_map_entry(unsigned field, std::uint32_t id, std::string_view name,
                             std::string_view display_name, std::string_view stats) {
  std::string value;
  append_varint_field(value, metadata_field::kId, id);
  append_bytes_field(value, metadata_field::kName, name);
  if (!display_name.empty()) {
    append_bytes_field(value, metadata_field::kDisplayName, display_name);
  }
  value += stats;
  std::string entry;
  append_varint_field(entry, map_field::kKey, id);
  append_bytes_field(entry, map_field::kValue, value);
  std::string out;
  append_bytes_field(out, field, entry);
  return out;
}

}  // namespace

const PlaneTables::EventName& PlaneTables::add_event_name(NameId name, bool is_op) {
  const auto index = static_cast<std::size_t>(name);
  if (index >= by_name_.size()) by_name_.resize(index + 1);
  EventName& entry = by_name_[index];
  if (entry.metadata_id == 0) {
    std::string plain;
    entry.stats = encode_name_stats(name, plain);
    const auto next = static_cast<std::uint32_t>(events_.size() + 1);
    const auto [it, is_new] = event_ids_.emplace(plain, next);
    if (is_new) events_.push_back({.name = std::move(plain), .display_name = {}, .stats = {}});
    entry.metadata_id = it->second;
    if (const NameId unit = counter_unit(name); unit != NameId::none) {
      events_[entry.metadata_id - 1].stats = encode_unit(unit);
    }
  }
  if (is_op) {
    EventMetadata& metadata = events_[entry.metadata_id - 1];
    metadata.display_name = metadata.name.substr(0, metadata.name.rfind(':'));
    entry.has_display_name = true;
  }
  return entry;
}

std::string PlaneTables::encode_unit(NameId unit) {
  std::string stat;
  append_varint_field(stat, xstat_field::kMetadataId, stat_id_of_text("unit"));
  append_varint_field(stat, xstat_field::kRef, stat_id(unit));
  std::string out;
  append_bytes_field(out, metadata_field::kStats, stat);
  return out;
}

std::string PlaneTables::encode_name_stats(NameId name, std::string& plain_name) {
  const std::string_view text = name == NameId::none ? "(unnamed)" : name_text(name);
  const TraceMeName parsed = parse_trace_me_name(text);
  plain_name = valid_utf8(parsed.name);
  std::string out;
  for (const TraceMeArg& arg : parsed.args) {
    std::string stat;
    append_varint_field(stat, xstat_field::kMetadataId, stat_id_of_text(arg.key));
    if (const auto* number = std::get_if<std::int64_t>(&arg.value)) {
      append_varint_field(stat, xstat_field::kInt64, static_cast<std::uint64_t>(*number));
    } else {
      const auto value = std::get<std::string_view>(arg.value);
      append_varint_field(stat, xstat_field::kRef, stat_id_of_text(value));
    }
    append_bytes_field(out, xevent_field::kStats, stat);
  }
  return out;
}

std::uint32_t PlaneTables::stat_id(NameId name) {
  const auto index = static_cast<std::size_t>(name);
  if (index >= stat_by_name_.size()) stat_by_name_.resize(index + 1, 0);
  std::uint32_t& id = stat_by_name_[index];
  if (id == 0) id = stat_id_of_text(name_text(name));
  return id;
}

std::uint32_t PlaneTables::stat_id(const char* literal) {
  std::uint32_t& id = stat_by_literal_[literal];
  if (id == 0) id = stat_id_of_text(literal == nullptr ? "(null)" : literal);
  return id;
}

std::uint32_t PlaneTables::stat_id_of_text(std::string_view text) {
  const auto next = static_cast<std::uint32_t>(stats_.size() + 1);
  const auto [it, is_new] = stat_ids_.emplace(valid_utf8(text), next);
  if (is_new) stats_.push_back(it->first);
  return it->second;
}

std::string PlaneTables::encode() const {
  std::string out;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    out += encode_map_entry(xplane_field::kEventMetadata, static_cast<std::uint32_t>(i + 1),
                            events_[i].name, events_[i].display_name, events_[i].stats);
  }
  for (std::size_t i = 0; i < stats_.size(); ++i) {
    out += encode_map_entry(xplane_field::kStatMetadata, static_cast<std::uint32_t>(i + 1),
                            stats_[i], {}, {});
  }
  return out;
}

}  // namespace opscope::profiler::detail
