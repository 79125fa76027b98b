#include <atomic>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "capture_options.h"
#include "capture_run.h"
#include "opscope/error.h"

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void interrupt(int) { interrupted = true; }

}  // namespace

int main(int argc, char** argv) try {
  int exit_code = 0;
  const auto options = opscope::profiler::parse_capture_options(
      std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr, &exit_code);
  if (!options) return exit_code;
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  return opscope::profiler::run_capture(*options, interrupted, std::cout, std::cerr);
} catch (const opscope::Error& error) {
  std::cerr << "opscope: " << error.what() << '\n';
  return 1;
}
