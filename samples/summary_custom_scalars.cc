// Writes two curves and the chart that shows them together, with a band.
//
//   summary_custom_scalars [LOGDIR]
#include <cmath>
#include <cstdio>

#include "opscope/summary/custom_scalars.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer =
      summary::create_file_writer(argc > 1 ? argv[1] : "logs/custom_scalars");
  summary::custom_scalars(
      writer,
      {{.title = "waves",
        .charts = {{"both", summary::MultilineChart{{"wave/.*"}}},
                   {"band", summary::MarginChart{{{"wave/a", "wave/low", "wave/high"}}}}}}});
  for (int step = 0; step < 100; ++step) {
    const double wave = std::sin(step * 0.1);
    writer.scalar("wave/a", wave, step);
    writer.scalar("wave/low", wave - 0.2, step);
    writer.scalar("wave/high", wave + 0.2, step);
  }
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
