// Writes curves: one by one, several by name, below a name scope, and only every tenth step.
//
//   summary_scalars [LOGDIR]
#include <cmath>
#include <cstdio>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/name_scope.h"
#include "opscope/summary/sampling.h"
#include "opscope/summary/scalars.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/scalars");
  const summary::EveryNSteps rarely(10);
  for (int step = 0; step < 200; ++step) {
    const double x = step * 0.05;
    writer.scalar("sine", std::sin(x), step);
    summary::scalars(writer, "decay", {{"fast", std::exp(-x)}, {"slow", std::exp(-x / 4)}}, step);
    const summary::NameScope scope("rarely");
    const summary::RecordIf guard(rarely(step));
    writer.scalar("cosine", std::cos(x), step);
  }
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
