// Helpers that the profile readers share: names, the order of a line, its depths and self times.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/profile.h"

namespace opscope::viewer {

// Times beyond this (13 days in picoseconds) are damage; kept within it, sums cannot overflow.
inline constexpr std::int64_t kMaxTimePs = std::int64_t{1} << 60;

[[nodiscard]] constexpr std::int64_t clamp_time_ps(std::int64_t time_ps) noexcept {
  if (time_ps > kMaxTimePs) return kMaxTimePs;
  return time_ps < -kMaxTimePs ? -kMaxTimePs : time_ps;
}

[[nodiscard]] constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}

// `time_ns` nanoseconds as picoseconds, kept within the limit.
[[nodiscard]] constexpr std::int64_t ps_from_ns(std::int64_t time_ns) noexcept {
  if (time_ns > kMaxTimePs / 1000) return kMaxTimePs;
  return time_ns < -kMaxTimePs / 1000 ? -kMaxTimePs : time_ns * 1000;
}

// Gives equal names one id.
class NameTable {
 public:
  explicit NameTable(std::vector<ProfileName>& names) : names_(names) {}

  // `display` may be empty: then it follows from the text.
  NameId intern(std::string_view text, std::string_view display = {},
                std::string_view op_type = {});

 private:
  std::vector<ProfileName>& names_;
  std::unordered_map<std::string, NameId> ids_;
};

// Sorts the events (start, then longer first, then as they came) and gives for every old position
// the new one; empty when they were in order.
[[nodiscard]] std::vector<std::uint32_t> sort_events(ProfileLine& line);

// Fills depth, self_ps and the rows of a sorted line, and lets go of spare memory.
void nest_events(ProfileLine& line);

// Frees the columns' unused capacity where it is worth it.
void shrink_line(ProfileLine& line);

// The innermost event that covers `time_ps`; when none does, the size of the line.
[[nodiscard]] std::uint32_t innermost_event(const ProfileLine& line, std::int64_t time_ps);

// Moves time 0 to the first event, to the nanosecond, and sets duration, event count and start_ns.
void settle_times(Profile& profile);

}  // namespace opscope::viewer
