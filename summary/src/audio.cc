#include "opscope/summary/audio.h"

#include <array>
#include <cmath>
#include <vector>

#include "event_encoder.h"
#include "opscope/summary/sampling.h"
#include "tag_check.h"
#include "tensor_summary.h"
#include "wire.h"

namespace opscope::summary {
namespace {

// AudioPluginData { encoding: WAV }.
constexpr std::string_view kWavContent = "\x10\x0b";
constexpr std::size_t kHeaderBytes = 44;

void check_audio(const AudioView& audio) {
  if (audio.sample_rate == 0 || audio.channels == 0) {
    throw Error(ErrorCode::invalid_argument,
                "a sound of " + std::to_string(audio.channels) + " channels and " +
                    std::to_string(audio.sample_rate) + " samples a second; both must be over 0");
  }
  if (audio.samples.size() % audio.channels != 0) {
    throw Error(ErrorCode::invalid_argument, "a sound of " + std::to_string(audio.channels) +
                                                 " channels cannot have " +
                                                 std::to_string(audio.samples.size()) + " samples");
  }
  if (audio.samples.size() > (UINT32_MAX - kHeaderBytes) / 2) {
    throw Error(ErrorCode::invalid_argument, "a sound of " + std::to_string(audio.samples.size()) +
                                                 " samples; a WAV file has less than 4 GiB");
  }
}

std::int16_t sample_from(float value) {
  if (std::isnan(value)) return 0;
  const float scaled = value * 32768.0F;
  return static_cast<std::int16_t>(std::lround(std::fmax(-32768.0F, std::fmin(32767.0F, scaled))));
}

}  // namespace

std::string encode_wav(const AudioView& audio) {
  check_audio(audio);
  constexpr std::uint16_t kPcm = 1;
  constexpr std::uint16_t kBits = 16;
  const auto data_bytes = static_cast<std::uint32_t>(2 * audio.samples.size());
  const auto frame_bytes = static_cast<std::uint16_t>(2 * audio.channels);
  std::string wav(kHeaderBytes + data_bytes, '\0');
  char* to = wire::put_bytes(wav.data(), "RIFF");
  to = wire::put_fixed(to, static_cast<std::uint32_t>(kHeaderBytes - 8 + data_bytes));
  to = wire::put_bytes(to, "WAVEfmt ");
  to = wire::put_fixed(to, std::uint32_t{16});
  to = wire::put_fixed(to, kPcm);
  to = wire::put_fixed(to, audio.channels);
  to = wire::put_fixed(to, audio.sample_rate);
  to = wire::put_fixed(to, audio.sample_rate * frame_bytes);
  to = wire::put_fixed(to, frame_bytes);
  to = wire::put_fixed(to, kBits);
  to = wire::put_bytes(to, "data");
  to = wire::put_fixed(to, data_bytes);
  for (const float sample : audio.samples) to = wire::put_fixed(to, sample_from(sample));
  return wav;
}

void audio(FileWriter& writer, std::string_view tag, std::span<const AudioView> clips,
           std::int64_t step, const AudioOptions& options) {
  if (!should_record()) return;
  check_tag(tag);
  std::size_t samples = 0;
  for (const AudioView& clip : clips) samples += clip.samples.size();
  check_data_size(tag, 2 * samples);
  std::vector<std::string> files;
  for (const AudioView& clip : clips) files.push_back(encode_wav(clip));
  std::vector<std::string_view> rows;  // file and label, which TensorBoard ignores
  for (const std::string& file : files) rows.insert(rows.end(), {file, {}});
  const std::array<std::int64_t, 2> dims{static_cast<std::int64_t>(files.size()), 2};
  write_tensor_summary(writer, tag, encode_string_tensor(rows, dims), step,
                       {.plugin_name = "audio",
                        .content = kWavContent,
                        .display_name = options.display_name,
                        .description = options.description});
}

}  // namespace opscope::summary
