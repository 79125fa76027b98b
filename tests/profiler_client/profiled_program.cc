// Listens on a free port, prints it, and works until its standard input ends. With the argument
// "dies", it kills itself as soon as it is recorded.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "opscope/profiler/server.h"

int main(int argc, char** argv) {
  const bool dies = argc > 1 && std::string_view(argv[1]) == "dies";
  const opscope::profiler::ProfilerServer server = opscope::profiler::start_server(0);
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  std::atomic<bool> is_over{false};
  std::thread worker([&] {
    for (int step = 0; !is_over; ++step) {
      const opscope::profiler::Step recorded(step);
      OPSCOPE_ZONE("work");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // leaves the machine to others
      if (dies && opscope::profiler::is_recording()) ::kill(::getpid(), SIGKILL);
    }
  });
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  is_over = true;
  worker.join();
}
