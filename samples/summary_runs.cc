// Writes several runs, then resumes one from step 50 on.
//
//   summary_runs [LOGDIR]
#include <cstdio>
#include <string>

#include "opscope/summary/resume.h"
#include "opscope/summary/run_set.h"
#include "opscope/summary/session.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/runs");
  const std::string logdir = writer.logdir();
  summary::RunSet runs(logdir);
  for (int step = 0; step < 100; ++step) {
    for (const char* run : {"train", "test"}) runs[run].scalar("loss", 1. / (step + 1), step);
    runs.scalars("error", {{"mean", 2. / (step + 1)}, {"max", 3. / (step + 1)}}, step);
  }
  runs.close();
  for (const int purge_step : {0, 50}) {
    summary::FileWriter resumed = summary::resume_run(logdir + "/resumed", purge_step);
    for (int step = purge_step; step < 100; ++step) resumed.scalar("start", purge_step, step);
    summary::session_stop(resumed, 100);
    resumed.close();
  }
  summary::write_log_message(writer, opscope::LogLevel::info, "all runs are written");
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
