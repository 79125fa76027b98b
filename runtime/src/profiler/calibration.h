// Turning ticks of the recorder's clock into nanoseconds and picoseconds.
#pragma once

#include <cstdint>

namespace opscope::profiler::detail {

// One moment, read on both clocks at once.
struct ClockAnchor {
  std::uint64_t ticks = 0;
  std::int64_t monotonic_ns = 0;
  std::int64_t unix_ns = 0;  // of the process's time line, see unix_ns_from_ticks()
};

[[nodiscard]] ClockAnchor read_clock_anchor() noexcept;

// The anchor of the process, taken on first use of the clock.
[[nodiscard]] const ClockAnchor& process_anchor() noexcept;

// A straight line through two anchors. Where they are closer than 100 ms, the rate is taken from
// `process` on, because the reading error (some 20 ns) would tilt a short line.
class Calibration {
 public:
  Calibration(const ClockAnchor& process, const ClockAnchor& start,
              const ClockAnchor& stop) noexcept;

  // Picoseconds from the start anchor to `ticks`, 0 for earlier ticks.
  [[nodiscard]] std::uint64_t offset_ps(std::uint64_t ticks) const noexcept {
    return ticks <= start_ticks_ ? 0 : duration_ps(ticks - start_ticks_);
  }

  // `ticks_elapsed` in picoseconds.
  [[nodiscard]] std::uint64_t duration_ps(std::uint64_t ticks_elapsed) const noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(Wide{ticks_elapsed} * ps_per_tick_q32_ >> 32);
  }

  [[nodiscard]] double ns_per_tick() const noexcept {
    return static_cast<double>(ps_per_tick_q32_) / 4294967296e3;
  }

 private:
  std::uint64_t start_ticks_;
  std::uint64_t ps_per_tick_q32_;  // fixed point, 32 bits of fraction
};

}  // namespace opscope::profiler::detail
