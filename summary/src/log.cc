#include "opscope/log.h"

#include <atomic>
#include <cstdio>

namespace opscope {
namespace {

void log_to_stderr(LogLevel level, std::string_view message) noexcept {
  const char* name = level == LogLevel::error     ? "error"
                     : level == LogLevel::warning ? "warning"
                                                  : "info";
  std::fprintf(stderr, "opscope: %s: %.*s\n", name, static_cast<int>(message.size()),
               message.data());
}

std::atomic<LogHandler> g_handler{log_to_stderr};

}  // namespace

LogHandler set_log_handler(LogHandler handler) noexcept {
  return g_handler.exchange(handler != nullptr ? handler : log_to_stderr);
}

void log_message(LogLevel level, std::string_view message) noexcept {
  g_handler.load()(level, message);
}

}  // namespace opscope
