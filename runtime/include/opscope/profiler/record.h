// How an event is stored: the inlined fast path of every recording function. Not for direct use.
//
// A record is a few 64-bit words in a chunk that belongs to one thread:
//   word 0   kind (bits 0-3), number of words (4-7), id (8-31), duration in ticks (32-63)
//   word 1   start ticks
//   word 2.. arguments, as the kind and the id say
// A duration that does not fit 32 bits is kLongDuration, and the whole is the record's last word.
//
// Only the owning thread writes. It publishes a record by moving `cursor` with release order; the
// thread that stops a session reads up to `cursor` and sets `limit` to 0, which sends the owner to
// the slow path. A record being stored at that moment lands behind what was read, in memory that
// stays mapped until its owner leaves the session's chunk: nobody ever waits for anybody.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "opscope/profiler/clock.h"
#include "opscope/profiler/names.h"
#include "opscope/profiler/session.h"

namespace opscope::profiler::detail {

enum class RecordKind : std::uint8_t {
  zone = 1,   // id: NameId
  site_zone,  // id: SiteId; one word per argument
  op,         // id: NameId of "<node>:<type>"
  step,       // word 2: step number
  flow_out,   // id: NameId; word 2: FlowId
  flow_in,    // id: NameId; word 2: FlowId
  counter,    // id: NameId; word 2: double
  allocation,
  deallocation,   // words: see MemoryEvent in events.cc
  message,        // bits 32-63: bytes of text, which follows from word 2 on
  lock_wait,      // id: NameId; word 2: thread id of the owner, 0: not known
  frame,          // id: NameId; word 2: number
  sampled_frame,  // id: NameId of the function; word 2: number of samples
};

inline constexpr std::uint64_t kLongDuration = 0xFFFF'FFFF;
inline constexpr std::size_t kMaxRecordWords = 15;
inline constexpr std::size_t kMaxArgs = 12;  // leaves room for the header and a long duration

struct ThreadRing {
  std::atomic<std::uintptr_t> cursor{0};  // where the next record goes
  std::atomic<std::uintptr_t> limit{0};   // end of the chunk; 0: ask the slow path
};

// Initial-exec: one instruction to address it also from a shared library.
extern constinit thread_local ThreadRing thread_ring __attribute__((tls_model("initial-exec")));

// Takes the next chunk, or joins the running session, or counts a lost event.
void append_slow(const std::uint64_t* words, std::size_t count) noexcept;

// Stores a record of up to 4 KiB, the size of the smallest chunk.
void append_words(const std::uint64_t* words, std::size_t count) noexcept;

// Stores a record whose duration needs a word of its own.
void append_long(std::uint64_t header, std::uint64_t start_ticks, std::uint64_t duration_ticks,
                 const std::uint64_t* args, std::size_t arg_count) noexcept;

[[nodiscard]] constexpr std::uint64_t make_header(RecordKind kind, std::uint32_t id,
                                                  std::size_t words) noexcept {
  return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(words) << 4 |
         static_cast<std::uint64_t>(id) << 8;
}

// Stores header, ticks and N arguments.
template <std::size_t N>
inline void append(std::uint64_t header, std::uint64_t ticks,
                   const std::array<std::uint64_t, N>& args) noexcept {
  static_assert(N <= kMaxArgs);
  constexpr std::size_t kBytes = (2 + N) * sizeof(std::uint64_t);
  const std::uintptr_t at = thread_ring.cursor.load(std::memory_order_relaxed);
  if (at + kBytes > thread_ring.limit.load(std::memory_order_relaxed)) [[unlikely]] {
    std::array<std::uint64_t, 2 + N> words{header, ticks};
    std::copy(args.begin(), args.end(), words.begin() + 2);
    append_slow(words.data(), words.size());
    return;
  }
  auto* out = reinterpret_cast<std::uint64_t*>(at);
  out[0] = header;
  out[1] = ticks;
  for (std::size_t i = 0; i < N; ++i) out[2 + i] = args[i];
  thread_ring.cursor.store(at + kBytes, std::memory_order_release);
}

// Stores an event with a duration. Ends before the start, which only a clock that differs between
// CPUs can give, become a duration of 0.
template <std::size_t N>
inline void append_span(RecordKind kind, std::uint32_t id, std::uint64_t start_ticks,
                        std::uint64_t end_ticks,
                        const std::array<std::uint64_t, N>& args) noexcept {
  const std::uint64_t duration = end_ticks - start_ticks;
  const std::uint64_t header = make_header(kind, id, 2 + N);
  if (duration >= kLongDuration) [[unlikely]] {
    append_long(header, start_ticks, duration, args.data(), N);
    return;
  }
  append(header | duration << 32, start_ticks, args);
}

}  // namespace opscope::profiler::detail
