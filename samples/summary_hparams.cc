// Writes an experiment with one session: its hyperparameters, its metric, its end.
//
//   summary_hparams [LOGDIR]
#include <cstdio>

#include "opscope/summary/hparams.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/hparams");
  summary::hparams_experiment(writer,
                              {{.name = "method", .choices = {"euler", "verlet"}},
                               {.name = "time_step", .interval = {{0.001, 0.1}}}},
                              {{.tag = "error", .display_name = "energy error"}});
  summary::hparams_session_start(writer, {{"method", "verlet"}, {"time_step", 0.01}});
  for (int step = 0; step < 10; ++step) writer.scalar("error", 1. / (1 + step), step);
  summary::hparams_session_end(writer);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
