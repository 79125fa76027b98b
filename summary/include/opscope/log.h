// Where the libraries report what has no caller to be told: a writer closed by its destructor that
// could not write, records dropped by a full queue.
#pragma once

#include <string_view>

namespace opscope {

enum class LogLevel { info, warning, error };

// Called with one message, without a line end. May be called from any thread, also from
// destructors: it must not throw.
using LogHandler = void (*)(LogLevel level, std::string_view message) noexcept;

// Replaces the process-wide handler and gives the one that was set before. nullptr restores the
// default, which writes a line to stderr. Thread-safe.
LogHandler set_log_handler(LogHandler handler) noexcept;

// Sends a message to the handler. Thread-safe.
void log_message(LogLevel level, std::string_view message) noexcept;

}  // namespace opscope
