// Records one zone and writes the profile to the logdir that is its argument.
#include "opscope/profiler/profiler.h"

#include <cstdio>

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  opscope::profiler::start();
  { const opscope::profiler::Zone zone("work"); }
  std::puts(opscope::profiler::stop_and_export(argv[1]).c_str());
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
