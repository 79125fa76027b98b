// Writes a second of sound: a tone on the left and another on the right.
//
//   summary_audio [LOGDIR]
#include <cmath>
#include <cstdio>
#include <vector>

#include "opscope/summary/audio.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/audio");
  constexpr int kRate = 22050;
  std::vector<float> samples;
  for (int i = 0; i < kRate; ++i) {
    const double seconds = static_cast<double>(i) / kRate;
    for (const double hertz : {440., 660.}) {
      samples.push_back(static_cast<float>(0.3 * std::sin(6.283185307 * hertz * seconds)));
    }
  }
  summary::audio(writer, "chord", {.samples = samples, .sample_rate = kRate, .channels = 2}, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
