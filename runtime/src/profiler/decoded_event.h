// A record with its meaning: what the exporters write.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "name_table.h"
#include "record_reader.h"
#include "session_data.h"

namespace opscope::profiler::detail {

struct DecodedArg {
  NameId key = NameId::none;
  ArgType type = ArgType::int64;
  std::uint64_t word = 0;  // as detail::arg_word() makes it
};

struct DecodedEvent {
  RecordKind kind = RecordKind::zone;
  NameId name = NameId::none;
  std::uint64_t start_ticks = 0;
  std::uint64_t duration_ticks = 0;
  std::array<DecodedArg, kMaxArgs> args;
  std::size_t arg_count = 0;
  std::string_view text;  // of a message; lies in the record

  void add(NameId key, ArgType type, std::uint64_t word) noexcept {
    args[arg_count++] = {key, type, word};
  }
};

// Knows the names and keys that the kinds of records stand for (shared with TensorFlow's own
// profiles; see the formats in the XPlane schema).
class EventDecoder {
 public:
  // Takes the names of the threads from `capture`.
  explicit EventDecoder(const CaptureData& capture);

  // Fills `event`; plain zones and ops, the most frequent by far, are inlined.
  void decode(const RecordView& record, DecodedEvent& event) {
    event.kind = record.kind();
    event.name = static_cast<NameId>(record.id());
    event.start_ticks = record.start_ticks();
    event.duration_ticks = record.duration_ticks();
    event.arg_count = 0;
    if (event.kind != RecordKind::zone && event.kind != RecordKind::op) decode_rest(record, event);
  }

  // From now on decodes without allocating, for a signal handler that holds TablesInCrash.
  void prepare_for_crash() noexcept { is_in_crash_ = true; }

  [[nodiscard]] NameId message_key() const noexcept { return text_; }

 private:
  void decode_rest(const RecordView& record, DecodedEvent& event);
  void decode_memory(const RecordView& record, DecodedEvent& event) const;
  void decode_site(const RecordView& record, DecodedEvent& event);
  void decode_lock_wait(const RecordView& record, DecodedEvent& event) const;

  [[nodiscard]] const SiteInfo& cached_site(std::uint32_t id);

  bool is_in_crash_ = false;
  std::vector<const SiteInfo*> sites_;  // by id, as far as met; saves taking the table's lock

  std::unordered_map<std::uint64_t, NameId> thread_names_;  // by thread id

  NameId train_, step_num_, root_, id_, iter_num_;
  NameId producer_type_, producer_id_, consumer_type_, consumer_id_;
  NameId flow_source_, flow_target_;  // TensorFlow's names of both ends of a hand-over
  NameId counter_value_, message_, text_;
  NameId frame_, samples_, owner_thread_, owner_thread_id_;
  NameId memory_allocation_, memory_deallocation_, allocator_name_;
  NameId bytes_allocated_, bytes_available_, peak_bytes_in_use_;
  NameId requested_bytes_, allocation_bytes_, addr_, tf_op_, region_type_, data_type_, shape_;
};

}  // namespace opscope::profiler::detail
