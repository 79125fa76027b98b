// Numbers as a person writes them.
#pragma once

#include <cstdint>
#include <string>

namespace opscope::viewer {

// "0", "812 ps", "3.40 ns", "12.5 µs", "50.1 ms", "1.30 s", "2 min 05 s"; three significant digits.
[[nodiscard]] std::string format_duration_ps(std::int64_t duration_ps);

// A time on an axis whose ticks are `step_ps` apart: as many decimals as tell neighbours apart.
[[nodiscard]] std::string format_time_ps(std::int64_t time_ps, std::int64_t step_ps);

// "812 B", "3.40 KiB", "1.20 GiB".
[[nodiscard]] std::string format_bytes(double size_bytes);

// "12,345".
[[nodiscard]] std::string format_count(std::uint64_t count);

// A scalar with `digits` significant digits, without trailing zeros: "0.25", "1.2e-7", "NaN", "∞".
[[nodiscard]] std::string format_value(double value, int digits = 4);

// Local date and time, "2026-11-23 18:42:58".
[[nodiscard]] std::string format_wall_time(double seconds_since_epoch);

// "DT_FLOAT" for 1; "DT_INVALID" for 0 and for numbers that TensorFlow does not have.
[[nodiscard]] std::string dtype_name(int dtype);

}  // namespace opscope::viewer
