#include "decoded_event.h"

#include <algorithm>

#include "memory_record.h"

namespace opscope::profiler::detail {

EventDecoder::EventDecoder(const CaptureData& capture)
    : train_(intern("train")),
      step_num_(intern("step_num")),
      root_(intern("_r")),
      id_(intern("id")),
      iter_num_(intern("iter_num")),
      producer_type_(intern("_pt")),
      producer_id_(intern("_p")),
      consumer_type_(intern("_ct")),
      consumer_id_(intern("_c")),
      flow_source_(intern("FunctionRun")),
      flow_target_(intern("ExecutorState::Process")),
      counter_value_(intern("counter_value")),
      message_(intern("message")),
      text_(intern("text")),
      frame_(intern("frame")),
      samples_(intern("samples")),
      owner_thread_(intern("owner_thread")),
      owner_thread_id_(intern("owner_thread_id")),
      memory_allocation_(intern("MemoryAllocation")),
      memory_deallocation_(intern("MemoryDeallocation")),
      allocator_name_(intern("allocator_name")),
      bytes_allocated_(intern("bytes_allocated")),
      bytes_available_(intern("bytes_available")),
      peak_bytes_in_use_(intern("peak_bytes_in_use")),
      requested_bytes_(intern("requested_bytes")),
      allocation_bytes_(intern("allocation_bytes")),
      addr_(intern("addr")),
      tf_op_(intern("tf_op")),
      region_type_(intern("region_type")),
      data_type_(intern("data_type")),
      shape_(intern("shape")) {
  for (const ThreadLog& thread : capture.threads) {
    thread_names_.emplace(static_cast<std::uint64_t>(thread.tid), intern(thread.name));
  }
}

void EventDecoder::decode_rest(const RecordView& record, DecodedEvent& event) {
  constexpr std::uint64_t kExecutorContext = 2;  // "TF executor", of XProf's context types
  const std::uint64_t* const args = record.args();
  switch (event.kind) {
    case RecordKind::site_zone:
      return decode_site(record, event);
    case RecordKind::step:
      event.name = train_;
      event.add(step_num_, ArgType::int64, args[0]);
      event.add(root_, ArgType::int64, 1);
      return;
    case RecordKind::flow_out:
      if (event.name == NameId::none) event.name = flow_source_;
      event.add(id_, ArgType::int64, args[0]);
      event.add(producer_type_, ArgType::int64, kExecutorContext);
      event.add(producer_id_, ArgType::int64, args[0]);
      return;
    case RecordKind::flow_in:
      if (event.name == NameId::none) event.name = flow_target_;
      event.add(id_, ArgType::int64, args[0]);
      event.add(iter_num_, ArgType::int64, 0);
      event.add(consumer_type_, ArgType::int64, kExecutorContext);
      event.add(consumer_id_, ArgType::int64, args[0]);
      return;
    case RecordKind::counter:
      event.add(counter_value_, ArgType::real, args[0]);
      return;
    case RecordKind::message:
      event.name = message_;
      event.text = {reinterpret_cast<const char*>(args), record.upper()};
      return;
    case RecordKind::allocation:
    case RecordKind::deallocation:
      return decode_memory(record, event);
    case RecordKind::lock_wait:
      return decode_lock_wait(record, event);
    case RecordKind::frame:
      event.add(frame_, ArgType::int64, args[0]);
      return;
    case RecordKind::sampled_frame:
      event.add(samples_, ArgType::int64, args[0]);
      return;
    case RecordKind::zone:
    case RecordKind::op:
      return;
  }
}

const SiteInfo& EventDecoder::cached_site(std::uint32_t id) {
  if (id >= sites_.size()) sites_.resize(id + 1, nullptr);
  const SiteInfo*& known = sites_[id];
  if (known == nullptr) known = &site_info(id);
  return *known;
}

void EventDecoder::decode_site(const RecordView& record, DecodedEvent& event) {
  const SiteInfo& site =
      is_in_crash_ ? TablesInCrash::site_info(record.id()) : cached_site(record.id());
  event.name = site.name;
  const std::size_t count = std::min(site.args.size(), kMaxArgs);
  for (std::size_t i = 0; i < count; ++i) {
    event.add(site.args[i].key, site.args[i].type, record.args()[i]);
  }
}

void EventDecoder::decode_lock_wait(const RecordView& record, DecodedEvent& event) const {
  const std::uint64_t owner = record.args()[0];
  if (owner == 0) return;
  event.add(owner_thread_id_, ArgType::int64, owner);
  const auto it = thread_names_.find(owner);
  if (it == thread_names_.end()) return;
  event.add(owner_thread_, ArgType::name, static_cast<std::uint64_t>(it->second));
}

void EventDecoder::decode_memory(const RecordView& record, DecodedEvent& event) const {
  constexpr std::uint64_t kNameMask = 0xFFFF'FFFF;
  const std::uint64_t* const args = record.args();
  const bool is_allocation = event.kind == RecordKind::allocation;
  const std::uint64_t allocator = record.id();
  const std::uint64_t op = record.upper() >> 8;
  event.name = is_allocation ? memory_allocation_ : memory_deallocation_;
  if (allocator != 0) event.add(allocator_name_, ArgType::name, allocator);
  event.add(bytes_allocated_, ArgType::int64, args[bytes_in_use]);
  event.add(bytes_available_, ArgType::int64, args[bytes_available]);
  event.add(peak_bytes_in_use_, ArgType::int64, args[peak_bytes_in_use]);
  event.add(requested_bytes_, ArgType::int64, args[requested_bytes]);
  event.add(allocation_bytes_, ArgType::int64, args[allocation_bytes]);
  event.add(addr_, ArgType::int64, args[address]);
  if (!is_allocation) return;
  const std::uint64_t shape = args[shape_and_region] & kNameMask;
  const std::uint64_t region = args[shape_and_region] >> 32;
  if (op != 0) event.add(tf_op_, ArgType::name, op);
  if (region != 0) event.add(region_type_, ArgType::name, region);
  event.add(data_type_, ArgType::int64, record.upper() & 0xFF);
  if (shape != 0) event.add(shape_, ArgType::name, shape);
}

}  // namespace opscope::profiler::detail
