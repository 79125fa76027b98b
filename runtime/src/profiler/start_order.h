// Going through recorded events by their start, a zone before what it encloses.
//
// Threads store zones when they end, inner before outer; XProf finds a step only when its event
// comes before those inside it. Ordering all events at once would need memory for each of them.
// Instead each chunk is ordered when its first event is due and let go after its last, and the
// few chunks in between are merged: usually two or three, because only zones that were open when
// a chunk was full reach back behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "record_reader.h"
#include "session_data.h"

namespace opscope::profiler::detail {

enum class LineKind : std::uint8_t { thread, counters, frames };

// Where a kind of record is shown.
[[nodiscard]] constexpr LineKind line_kind(RecordKind kind) noexcept {
  if (kind == RecordKind::counter) return LineKind::counters;
  return kind == RecordKind::frame ? LineKind::frames : LineKind::thread;
}

// Which events of a capture a line holds.
struct RecordFilter {
  std::uint64_t session_start_ticks = 0;
  LineKind line_kind = LineKind::thread;
  std::uint32_t frame_name = 0;  // NameId of a line of frames

  // A zone that was open when the session started is not part of it.
  [[nodiscard]] bool keeps(const RecordView& record) const noexcept {
    return record.start_ticks() >= session_start_ticks &&
           detail::line_kind(record.kind()) == line_kind &&
           (line_kind != LineKind::frames || record.id() == frame_name);
  }
};

// A chunk and the earliest start of what the filter keeps of it.
struct DatedChunk {
  Chunk words;
  std::uint64_t first_start_ticks = 0;
};

class StartOrder {
 public:
  StartOrder(std::vector<DatedChunk> chunks, const RecordFilter& filter);

  // The next record; `words` is nullptr after the last.
  [[nodiscard]] RecordView next();

 private:
  // The next event of an open chunk.
  struct Head {
    std::uint64_t start_ticks = 0;
    std::uint64_t duration_ticks = 0;
    std::size_t chunk = 0;
    const std::uint64_t* words = nullptr;

    [[nodiscard]] bool precedes(const Head& other) const noexcept {
      if (start_ticks != other.start_ticks) return start_ticks < other.start_ticks;
      if (duration_ticks != other.duration_ticks) return duration_ticks > other.duration_ticks;
      return words > other.words;  // stored later: it encloses
    }
  };

  void open_chunks_due();
  void open(std::size_t chunk);
  void take_from_heap();
  void advance();

  std::vector<DatedChunk> chunks_;  // by first start
  RecordFilter filter_;
  std::vector<std::vector<Head>> open_;  // parallel to chunks_; the earliest event last
  std::size_t next_chunk_ = 0;           // not open yet
  std::vector<Head> heap_;               // of open chunks, but for current_
  Head current_;
};

}  // namespace opscope::profiler::detail
