#include "model/units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace opscope::viewer {
namespace {

struct TimeUnit {
  double ps;
  std::string_view name;
};
constexpr std::array<TimeUnit, 5> kTimeUnits{
    {{1.0, "ps"}, {1e3, "ns"}, {1e6, "µs"}, {1e9, "ms"}, {1e12, "s"}}};

std::string printed(const char* format, int precision, double value) {
  std::array<char, 64> buffer{};
  // Formats are literals of this file; the wrapper only saves the buffer.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  std::snprintf(buffer.data(), buffer.size(), format, precision, value);
#pragma GCC diagnostic pop
  return buffer.data();
}

// Decimals that leave three significant digits of a value below 1000.
int three_digit_decimals(double value) {
  const double magnitude = std::abs(value);
  if (magnitude >= 99.95) return 0;
  return magnitude >= 9.995 ? 1 : 2;
}

std::size_t unit_for(double magnitude_ps) {
  std::size_t unit = 0;
  while (unit + 1 < kTimeUnits.size() && magnitude_ps >= kTimeUnits[unit].ps * 999.5) ++unit;
  return unit;
}

std::string format_minutes(double seconds, bool is_negative) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  std::array<char, 64> buffer{};
  if (whole < 3600) {
    std::snprintf(buffer.data(), buffer.size(), "%d min %02d s", static_cast<int>(whole / 60),
                  static_cast<int>(whole % 60));
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%lld h %02d min",
                  static_cast<long long>(whole / 3600), static_cast<int>(whole / 60 % 60));
  }
  return (is_negative ? "-" : "") + std::string(buffer.data());
}

}  // namespace

std::string format_duration_ps(std::int64_t duration_ps) {
  if (duration_ps == 0) return "0";
  const double ps = static_cast<double>(duration_ps);
  const double magnitude = std::abs(ps);
  if (magnitude >= 119.5e12) return format_minutes(magnitude / 1e12, ps < 0);
  const std::size_t unit = unit_for(magnitude);
  const double value = ps / kTimeUnits[unit].ps;
  const int decimals = unit == 0 ? 0 : three_digit_decimals(value);
  return printed("%.*f ", decimals, value) + std::string(kTimeUnits[unit].name);
}

std::string format_time_ps(std::int64_t time_ps, std::int64_t step_ps) {
  if (time_ps == 0) return "0";
  const double magnitude = std::abs(static_cast<double>(time_ps));
  const TimeUnit& unit = kTimeUnits[unit_for(magnitude)];
  const double step = static_cast<double>(std::max<std::int64_t>(step_ps, 1)) / unit.ps;
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
  return printed("%.*f ", decimals, static_cast<double>(time_ps) / unit.ps) +
         std::string(unit.name);
}

std::string format_bytes(double size_bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  double value = size_bytes;
  while (unit + 1 < kUnits.size() && std::abs(value) >= 999.5) {
    value /= 1024.0;
    ++unit;
  }
  const int decimals = unit == 0 ? 0 : three_digit_decimals(value);
  return printed("%.*f ", decimals, value) + std::string(kUnits[unit]);
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string format_value(double value, int digits) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
  if (std::abs(value) >= 1e4 && std::abs(value) < 1e15 && value == std::floor(value)) {
    return (value < 0 ? "-" : "") + format_count(static_cast<std::uint64_t>(std::abs(value)));
  }
  std::string text = printed("%.*g", std::max(digits, 1), value);
  // "1e-07" reads better as "1e-7".
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) return text;
  std::size_t zeros = exponent + 2;
  while (zeros + 1 < text.size() && text[zeros] == '0') text.erase(zeros, 1);
  if (text[exponent + 1] == '+') text.erase(exponent + 1, 1);
  return text;
}

std::string format_wall_time(double seconds_since_epoch) {
  if (!(std::abs(seconds_since_epoch) < 1e11)) return format_value(seconds_since_epoch, 6);
  const auto seconds = static_cast<std::time_t>(std::floor(seconds_since_epoch));
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return format_value(seconds_since_epoch, 6);
  std::array<char, 64> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &local);
  return buffer.data();
}

}  // namespace opscope::viewer
