// Values that stay in their files until somebody looks: text, histograms, images, audio.
// Every function opens the file, reads only the value's bytes and may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// A tensor of strings: text summaries, images and audio as TensorFlow 2 writes them.
struct StringTensor {
  std::vector<std::int64_t> shape;
  std::vector<std::string> values;  // row-major
};

struct HistogramBucket {
  double left = 0;
  double right = 0;
  double count = 0;
};

// Images of one step. The bytes are PNG, JPEG, GIF or BMP, as the writer encoded them.
struct ImageSet {
  int width = 0;
  int height = 0;
  std::vector<std::string> encoded;
};

// Clips of one step, usually WAV.
struct AudioSet {
  std::vector<std::string> encoded;
  std::vector<std::string> labels;  // Markdown; as many as clips, or none
};

// A tensor of numbers of any dtype, row-major.
struct NumberTensor {
  int dtype = 0;
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

// The serialized Summary.Value. Fails when the file has gone or shrunk.
[[nodiscard]] Result<std::string> load_value(const Run& run, const ValueRef& ref);

// Fail with data_loss when the value is not of the asked kind or its sizes do not agree.
[[nodiscard]] Result<StringTensor> load_strings(const Run& run, const ValueRef& ref);
[[nodiscard]] Result<NumberTensor> load_numbers(const Run& run, const ValueRef& ref);
[[nodiscard]] Result<std::vector<HistogramBucket>> load_histogram(const Run& run,
                                                                  const ValueRef& ref);
[[nodiscard]] Result<ImageSet> load_images(const Run& run, const ValueRef& ref);
[[nodiscard]] Result<AudioSet> load_audio(const Run& run, const ValueRef& ref);

}  // namespace opscope::viewer
