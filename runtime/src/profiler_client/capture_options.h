// What `opscope capture` is asked for.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace opscope::profiler {

struct CaptureOptions {
  std::vector<std::string> addresses;  // "host:port", each once
  std::string logdir;
  std::uint64_t duration_ms = 2000;
  std::uint64_t delay_ms = 0;
  std::uint32_t host_level = 2;
  std::uint32_t device_level = 1;
  std::uint32_t python_level = 0;
};

// The milliseconds of "2s", "500ms", "1.5m", or "3" (seconds); nothing for other texts and for
// durations below a millisecond or above a day.
[[nodiscard]] std::optional<std::uint64_t> parse_duration_ms(const std::string& text);

// The options that the words ask for. Nothing when the program is to end now, with *exit_code:
// after
// --help, which goes to `out`, or bad usage, which goes to `err`.
[[nodiscard]] std::optional<CaptureOptions> parse_capture_options(
    const std::vector<std::string>& args, std::ostream& out, std::ostream& err, int* exit_code);

}  // namespace opscope::profiler
