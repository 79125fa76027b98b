// Starting a program that outlives us, and ending one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "opscope/result.h"

namespace opscope::viewer {

// A program that was started, with files that take what it prints.
struct StartedProcess {
  int pid = 0;
  std::string stdout_path;
  std::string stderr_path;
};

// Starts `command` (looked up on PATH unless it holds a slash) in a session of its own, so that it
// lives on when the terminal closes. Fails with not_found when there is no such program.
[[nodiscard]] Result<StartedProcess> start_process(const std::string& command,
                                                   const std::vector<std::string>& arguments);

// How a child of ours ended: "exited with 1" or "was killed by signal 9"; nothing while it runs.
[[nodiscard]] std::optional<std::string> ending_of_child(int pid);

// Asks a process to end (SIGTERM) and waits for it. Fails with permission_denied, or with
// deadline_exceeded when it still runs after `timeout`. No failure when it had ended before.
[[nodiscard]] Result<void> stop_process(int pid, std::chrono::milliseconds timeout);

}  // namespace opscope::viewer
