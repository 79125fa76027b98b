// The names of one XPlane: event and stat metadata, numbered from 1 by first use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "opscope/profiler/names.h"

namespace opscope::profiler::detail {

class PlaneTables {
 public:
  struct EventName {
    std::uint32_t metadata_id = 0;  // 0: not met yet
    bool has_display_name = false;
    std::string stats;  // encoded XEvent.stats that belong to this name
  };

  // The entry of a name; `is_op` gives it the display name of an op ("node" of "node:Type").
  const EventName& event_name(NameId name, bool is_op) {
    const auto index = static_cast<std::size_t>(name);
    if (index < by_name_.size()) [[likely]] {
      const EventName& known = by_name_[index];
      if (known.metadata_id != 0 && (!is_op || known.has_display_name)) return known;
    }
    return add_event_name(name, is_op);
  }

  // The number of a stat's key, or of a string that stats refer to.
  std::uint32_t stat_id(NameId name);
  std::uint32_t stat_id(const char* literal);
  std::uint32_t stat_id_of_text(std::string_view text);

  // XPlane fields 4 and 5.
  [[nodiscard]] std::string encode() const;

 private:
  struct EventMetadata {
    std::string name;
    std::string display_name;
    std::string stats;  // encoded XEventMetadata.stats
  };

  const EventName& add_event_name(NameId name, bool is_op);
  std::string encode_unit(NameId unit);
  std::string encode_name_stats(NameId name, std::string& plain_name);

  std::vector<EventName> by_name_;
  std::unordered_map<std::string, std::uint32_t> event_ids_;
  std::vector<EventMetadata> events_;
  std::vector<std::uint32_t> stat_by_name_;
  std::unordered_map<const char*, std::uint32_t> stat_by_literal_;
  std::unordered_map<std::string, std::uint32_t> stat_ids_;
  std::vector<std::string> stats_;
};

}  // namespace opscope::profiler::detail
