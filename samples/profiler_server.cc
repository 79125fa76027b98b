// A service that works for ever and gives a profile of itself to whoever asks:
//
//   profiler_server [PORT]           (default 6009; 0: any)
//   opscope capture localhost:6009 --logdir logs
//
// or TensorBoard's "Capture profile", or tf.profiler.experimental.client.trace. Ends when its
// standard input does.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "opscope/profiler/server.h"

namespace {

namespace profiler = opscope::profiler;

void work_until(const std::atomic<bool>& is_over) {
  profiler::set_thread_name("requests");
  for (int request = 0; !is_over; ++request) {
    const profiler::Step step(request);
    {
      OPSCOPE_ZONE("parse", "request", request);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    OPSCOPE_ZONE("answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const profiler::ProfilerServer server =
      profiler::start_server(argc > 1 ? std::atoi(argv[1]) : 6009);
  std::printf("listening on localhost:%d\n", server.port());
  std::fflush(stdout);
  std::atomic<bool> is_over{false};
  std::thread worker([&] { work_until(is_over); });
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  is_over = true;
  worker.join();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
