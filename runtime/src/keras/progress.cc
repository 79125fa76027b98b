#include "keras/progress.h"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>

namespace opscope::keras {
namespace {

constexpr int kBarWidth = 20;
constexpr auto kInterval = std::chrono::milliseconds(50);

void put(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string format(const char* pattern, double value) {
  std::array<char, 64> buffer;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  std::snprintf(buffer.data(), buffer.size(), pattern, value);
#pragma GCC diagnostic pop
  return buffer.data();
}

std::string duration_text(double seconds) {
  if (seconds >= 60) {
    const auto whole = static_cast<std::int64_t>(seconds);
    std::array<char, 32> buffer;
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
    return buffer.data();
  }
  return format("%.0fs", seconds);
}

std::string per_step_text(double seconds) {
  if (seconds >= 1) return format("%.0fs/step", seconds);
  if (seconds >= 1e-3) return format("%.0fms/step", seconds * 1e3);
  return format("%.0fus/step", seconds * 1e6);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string logs_text(const Logs& logs) {
  std::string text;
  for (const auto& [name, value] : logs) {
    text += " - " + name + ": " + format(std::abs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  }
  return text;
}

Progress::Progress(Verbose verbose, std::int64_t steps) : style_(Style::none), steps_(steps) {
  const bool is_bar =
      verbose == Verbose::bar || (verbose == Verbose::automatic && ::isatty(STDOUT_FILENO) == 1);
  if (is_bar) style_ = Style::bar;
  if (verbose == Verbose::line_per_epoch) style_ = Style::line;
}

void Progress::begin_epoch(int epoch, int epochs) {
  if (style_ == Style::none) return;
  put("Epoch " + std::to_string(epoch + 1) + "/" + std::to_string(epochs) + "\n");
  width_ = 0;
}

void Progress::draw_bar(std::int64_t steps_done, const Logs& logs, bool is_last) {
  const std::string count = std::to_string(steps_done) + "/" + std::to_string(steps_);
  const double elapsed = seconds_since(start_);
  const double per_step = steps_done > 0 ? elapsed / static_cast<double>(steps_done) : 0;
  const double shown = is_last ? elapsed : per_step * static_cast<double>(steps_ - steps_done);
  const std::string time = duration_text(shown);
  const std::string rest = " " + per_step_text(per_step) + logs_text(logs);
  const auto filled = static_cast<int>(steps_done * kBarWidth / steps_);
  std::string bar;
  std::string gap;
  for (int i = 0; i < kBarWidth; ++i) (i < filled ? bar : gap) += "━";
  std::string line = "\r\x1b[1m" + count + "\x1b[0m \x1b[32m" + bar + "\x1b[0m\x1b[37m" + gap +
                     "\x1b[0m \x1b[1m" + time + "\x1b[0m" + rest;
  const std::size_t width = count.size() + kBarWidth + time.size() + rest.size() + 2;
  if (width < width_) line.append(width_ - width, ' ');
  width_ = width;
  put(is_last ? line + "\n" : line);
  drawn_ = Clock::now();
}

void Progress::update(std::int64_t steps_done, const Logs& logs) {
  if (style_ != Style::bar || steps_done >= steps_) return;
  if (Clock::now() - drawn_ < kInterval) return;
  draw_bar(steps_done, logs, false);
}

void Progress::finish(const Logs& logs) {
  if (style_ == Style::bar) {
    draw_bar(steps_, logs, true);
    width_ = 0;
  } else if (style_ == Style::line) {
    const double elapsed = seconds_since(start_);
    put(std::to_string(steps_) + "/" + std::to_string(steps_) + " - " + duration_text(elapsed) +
        " - " + per_step_text(elapsed / static_cast<double>(steps_)) + logs_text(logs) + "\n");
  }
}

}  // namespace opscope::keras
