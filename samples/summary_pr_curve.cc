// Writes the precision and recall of a detector that is right most of the time.
//
//   summary_pr_curve [LOGDIR]
#include <cstdio>
#include <memory>
#include <random>
#include <vector>

#include "opscope/summary/pr_curve.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/pr_curve");
  constexpr std::size_t kCount = 1000;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(0.f, 1.f);
  const auto labels = std::make_unique<bool[]>(kCount);
  std::vector<float> predictions(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    labels[i] = uniform(random) < 0.3f;
    predictions[i] = 0.6f * uniform(random) + (labels[i] ? 0.4f : 0.f);
  }
  summary::pr_curve(writer, "detector", {labels.get(), kCount}, predictions, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
