// Walking over the records of a chunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "opscope/profiler/record.h"

namespace opscope::profiler::detail {

// A record as it lies in its chunk; see record.h for the words.
struct RecordView {
  const std::uint64_t* words = nullptr;

  [[nodiscard]] RecordKind kind() const noexcept { return static_cast<RecordKind>(words[0] & 0xF); }
  [[nodiscard]] std::uint32_t id() const noexcept {
    return static_cast<std::uint32_t>(words[0] >> 8 & 0xFF'FFFF);
  }
  // Bits 32-63 of the header: the duration, or the bytes of a message.
  [[nodiscard]] std::uint64_t upper() const noexcept { return words[0] >> 32; }
  [[nodiscard]] std::uint64_t start_ticks() const noexcept { return words[1]; }
  [[nodiscard]] const std::uint64_t* args() const noexcept { return words + 2; }

  [[nodiscard]] std::size_t word_count() const noexcept {
    if (kind() == RecordKind::message) return 2 + (upper() + 7) / 8;
    return words[0] >> 4 & 0xF;
  }

  [[nodiscard]] std::uint64_t duration_ticks() const noexcept {
    switch (kind()) {
      case RecordKind::counter:
      case RecordKind::allocation:
      case RecordKind::deallocation:
      case RecordKind::message:
        return 0;
      default:
        return upper() == kLongDuration ? words[word_count() - 1] : upper();
    }
  }
};

template <typename Visit>
void for_each_record(std::span<const std::uint64_t> chunk, Visit&& visit) {
  for (std::size_t at = 0; at < chunk.size();) {
    const RecordView record{chunk.data() + at};
    visit(record);
    at += record.word_count();
  }
}

}  // namespace opscope::profiler::detail
