// Events about the run itself: where it was started or stopped, and messages.
#pragma once

#include <cstdint>
#include <string_view>

#include "opscope/log.h"
#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// Says that the run is started, and that `step` is the first step that is (re)written. From the
// second one of a run on, TensorBoard's own reader drops the points of all tags from that step on;
// so the first file of a run that may be resumed needs one, too. resume_run (resume.h) does both.
void session_start(FileWriter& writer, std::int64_t step = 0);

// Says that the run has stopped.
void session_stop(FileWriter& writer, std::int64_t step);

// Says that the state at `step` was kept in `path`. Throws invalid_argument for a path that is not
// UTF-8, like the next one for such a message.
void session_checkpoint(FileWriter& writer, std::string_view path, std::int64_t step);

// Keeps a message in the log. TensorBoard has no page for it; other readers show it.
void write_log_message(FileWriter& writer, LogLevel level, std::string_view message,
                       std::int64_t step = 0);

}  // namespace opscope::summary
