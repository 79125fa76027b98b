// Writes distributions: of values, of weighted values, and ready-made buckets.
//
//   summary_histogram [LOGDIR]
#include <cstdio>
#include <random>
#include <vector>

#include "opscope/summary/histogram.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/histogram");
  std::mt19937 random(1);
  for (int step = 0; step < 20; ++step) {
    std::normal_distribution<float> normal(static_cast<float>(step) * 0.2f, 1.f);
    std::vector<float> values(2000);
    for (float& value : values) value = normal(random);
    summary::histogram(writer, "speed", values, step);
    const std::vector<double> masses(values.size(), 0.5);
    summary::histogram(writer, "momentum", values, step, {.buckets = 10, .weights = masses});
  }
  const std::vector<summary::HistogramBucket> buckets = {{0, 1, 5}, {1, 10, 3}, {10, 100, 1}};
  summary::write_buckets(writer, "latency_ms", buckets, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
