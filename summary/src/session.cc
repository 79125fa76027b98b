#include "opscope/summary/session.h"

#include <string>

#include "event_encoder.h"
#include "opscope/proto/event.pb.h"
#include "tag_check.h"

namespace opscope::summary {
namespace {

using proto::SessionLog;

void write_session(FileWriter& writer, const SessionLog& log, std::int64_t step) {
  writer.serialized_event(
      encode_event(writer.wall_time(), step, EventKind::session_log, log.SerializeAsString()));
}

void write_status(FileWriter& writer, SessionLog::SessionStatus status, std::int64_t step) {
  SessionLog log;
  log.set_status(status);
  write_session(writer, log, step);
}

proto::LogMessage::Level level_of(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return proto::LogMessage::INFO;
    case LogLevel::warning:
      return proto::LogMessage::WARN;
    case LogLevel::error:
      return proto::LogMessage::ERROR;
  }
  return proto::LogMessage::UNKNOWN;
}

}  // namespace

void session_start(FileWriter& writer, std::int64_t step) {
  write_status(writer, SessionLog::START, step);
}

void session_stop(FileWriter& writer, std::int64_t step) {
  write_status(writer, SessionLog::STOP, step);
}

void session_checkpoint(FileWriter& writer, std::string_view path, std::int64_t step) {
  check_text("checkpoint", path);
  SessionLog log;
  log.set_status(SessionLog::CHECKPOINT);
  log.set_checkpoint_path(std::string(path));
  write_session(writer, log, step);
}

void write_log_message(FileWriter& writer, LogLevel level, std::string_view message,
                       std::int64_t step) {
  check_text("log message", message);
  proto::LogMessage log;
  log.set_level(level_of(level));
  log.set_message(std::string(message));
  writer.serialized_event(
      encode_event(writer.wall_time(), step, EventKind::log_message, log.SerializeAsString()));
}

}  // namespace opscope::summary
