#include "opscope/profiler/events.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "memory_record.h"
#include "recorder.h"

namespace opscope::profiler {
namespace {

using detail::RecordKind;

template <std::size_t N>
void record_memory(RecordKind kind, const MemoryEvent& event, NameId op) noexcept {
  const std::uint64_t upper =
      static_cast<std::uint64_t>(op) << 8 | (static_cast<std::uint64_t>(event.data_type) & 0xFF);
  const std::uint64_t header =
      detail::make_header(kind, static_cast<std::uint32_t>(event.allocator), 2 + N) | upper << 32;
  std::array<std::uint64_t, detail::memory_word_count> words{};
  words[detail::address] = event.address;
  words[detail::allocation_bytes] = static_cast<std::uint64_t>(event.allocation_bytes);
  words[detail::requested_bytes] = static_cast<std::uint64_t>(event.requested_bytes);
  words[detail::bytes_in_use] = static_cast<std::uint64_t>(event.bytes_in_use);
  words[detail::peak_bytes_in_use] = static_cast<std::uint64_t>(event.peak_bytes_in_use);
  words[detail::bytes_available] = static_cast<std::uint64_t>(event.bytes_available);
  words[detail::shape_and_region] =
      static_cast<std::uint64_t>(event.shape) | static_cast<std::uint64_t>(event.region) << 32;
  std::array<std::uint64_t, N> args;
  std::copy_n(words.begin(), N, args.begin());
  detail::append<N>(header, now_ticks(), args);
}

// The longest beginning of `text` of at most `limit` bytes that cuts no UTF-8 character.
std::string_view cut(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

void message(std::string_view text) noexcept {
  if (!is_recording()) return;
  constexpr std::size_t kMaxBytes = 1000;
  text = cut(text, kMaxBytes);
  std::array<std::uint64_t, 2 + kMaxBytes / 8> words;
  const std::size_t count = 2 + (text.size() + 7) / 8;
  words[count - 1] = 0;  // what follows the text in its last word
  words[0] = detail::make_header(RecordKind::message, 0, 0) |
             static_cast<std::uint64_t>(text.size()) << 32;
  words[1] = now_ticks();
  if (!text.empty()) std::memcpy(&words[2], text.data(), text.size());
  detail::append_words(words.data(), count);
}

void record_allocation(const MemoryEvent& event) noexcept {
  if (!is_recording()) return;
  record_memory<detail::memory_word_count>(RecordKind::allocation, event, event.op);
}

void record_deallocation(const MemoryEvent& event) noexcept {
  if (!is_recording()) return;
  record_memory<detail::memory_word_count - 1>(RecordKind::deallocation, event, NameId::none);
}

FlowId new_flow() noexcept {
  static constinit std::atomic<std::uint64_t> next{1};
  return static_cast<FlowId>(next.fetch_add(1, std::memory_order_relaxed));
}

void set_thread_name(std::string_view name) { detail::rename_this_thread(name); }

}  // namespace opscope::profiler
