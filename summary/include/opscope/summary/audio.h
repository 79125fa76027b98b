// Sound, for the Audio page.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// Borrowed samples from -1 to 1, channels next to each other; values beyond are cut, NaN is 0.
struct AudioView {
  std::span<const float> samples;
  std::uint32_t sample_rate = 44100;  // per second and channel
  std::uint16_t channels = 1;
};

struct AudioOptions {
  std::string_view display_name{};
  std::string_view description{};  // markdown
};

// The sound as a WAV file of 16-bit samples. Throws invalid_argument for a rate or a number of
// channels of 0, for samples that are not a multiple of the channels, and beyond 4 GiB.
[[nodiscard]] std::string encode_wav(const AudioView& audio);

// Several clips under one step.
void audio(FileWriter& writer, std::string_view tag, std::span<const AudioView> clips,
           std::int64_t step, const AudioOptions& options = {});
inline void audio(FileWriter& writer, std::string_view tag, const AudioView& clip,
                  std::int64_t step, const AudioOptions& options = {}) {
  audio(writer, tag, std::span<const AudioView>(&clip, 1), step, options);
}

}  // namespace opscope::summary
