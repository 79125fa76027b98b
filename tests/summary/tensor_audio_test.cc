#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "opscope/summary/audio.h"
#include "opscope/summary/tensor.h"
#include "summary/read_events.h"
#include "support/hex.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

TEST(Audio, HasTheBytesOfTensorFlow) {
  // tf.audio.encode_wav([[0., 1.], [-1., .5], [2., -.25], [1e-4, -3.]], 8000), TensorFlow 2.21.0.
  const std::string expected = testing::bytes_from_hex(
      "524946463400000057415645666d74201000000001000200401f0000007d0000040010006461746110000000"
      "0000ff7f00800040ff7f00e003000080");
  const std::vector<float> samples = {0, 1, -1, .5F, 2, -.25F, 1e-4F, -3};
  EXPECT_EQ(encode_wav({.samples = samples, .sample_rate = 8000, .channels = 2}), expected);
  const std::vector<float> odd = {NAN, INFINITY, -INFINITY};
  EXPECT_EQ(encode_wav({.samples = odd}).substr(44), testing::bytes_from_hex("0000ff7f0080"));
}

TEST(Audio, IsWrittenAsFilesAndLabels) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<float> samples = {0, 1};
  const std::vector<AudioView> clips = {{.samples = samples}, {.samples = samples, .channels = 2}};
  audio(writer, "clips", clips, 3);
  audio(writer, "clip", clips[0], 4, {.display_name = "Clip"});
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 2U);
  const proto::Summary::Value& value = events[0].summary().value(0);
  EXPECT_THAT(value.tensor().string_val(),
              ElementsAre(encode_wav(clips[0]), "", encode_wav(clips[1]), ""));
  EXPECT_EQ(value.tensor().tensor_shape().dim(1).size(), 2);
  EXPECT_EQ(value.metadata().plugin_data().plugin_name(), "audio");
  EXPECT_EQ(value.metadata().plugin_data().content(), "\x10\x0b");
  EXPECT_EQ(events[1].summary().value(0).metadata().display_name(), "Clip");
}

TEST(Audio, RefusesWhatIsNoSound) {
  const std::vector<float> samples(3);
  const auto encode = [](const AudioView& clip) { static_cast<void>(encode_wav(clip)); };
  EXPECT_THAT([&] { encode({.samples = samples, .channels = 2}); },
              ThrowsError(kInvalid, "a sound of 2 channels cannot have 3 samples"));
  EXPECT_THAT([&] { encode({.samples = samples, .channels = 0}); },
              ThrowsError(kInvalid, "both must be over 0"));
  EXPECT_THAT([&] { encode({.samples = samples, .sample_rate = 0}); },
              ThrowsError(kInvalid, "0 samples a second"));
}

template <typename T>
proto::Summary::Value written(const std::vector<T>& values, const std::vector<std::int64_t>& dims) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  tensor(writer, "t", std::span<const T>(values), dims, 1, {.plugin_name = "mine"});
  writer.close();
  return testing::events_below(dir.path()).at(0).summary().value(0);
}

TEST(Tensor, KeepsTypeShapeAndValues) {
  const proto::Summary::Value value = written<std::int16_t>({1, -2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(value.tensor().dtype(), proto::DT_INT16);
  EXPECT_EQ(value.tensor().tensor_content(), testing::bytes_from_hex("0100feff0300040005000600"));
  EXPECT_EQ(value.tensor().tensor_shape().dim(0).size(), 2);
  EXPECT_EQ(value.tensor().tensor_shape().dim(1).size(), 3);
  EXPECT_EQ(value.metadata().plugin_data().plugin_name(), "mine");
  EXPECT_EQ(value.metadata().data_class(), proto::DATA_CLASS_TENSOR);
}

TEST(Tensor, KnowsEveryNumberType) {
  EXPECT_EQ(written<float>({1}, {}).tensor().dtype(), proto::DT_FLOAT);
  EXPECT_EQ(written<double>({1}, {}).tensor().dtype(), proto::DT_DOUBLE);
  EXPECT_EQ(written<std::int8_t>({1}, {}).tensor().dtype(), proto::DT_INT8);
  EXPECT_EQ(written<std::uint8_t>({1}, {}).tensor().dtype(), proto::DT_UINT8);
  EXPECT_EQ(written<std::uint16_t>({1}, {}).tensor().dtype(), proto::DT_UINT16);
  EXPECT_EQ(written<std::int32_t>({1}, {}).tensor().dtype(), proto::DT_INT32);
  EXPECT_EQ(written<std::uint32_t>({1}, {}).tensor().dtype(), proto::DT_UINT32);
  EXPECT_EQ(written<std::int64_t>({1}, {}).tensor().dtype(), proto::DT_INT64);
  EXPECT_EQ(written<std::uint64_t>({1}, {}).tensor().dtype(), proto::DT_UINT64);
  EXPECT_EQ(written<float>({}, {0, 3}).tensor().tensor_shape().dim_size(), 2);
}

TEST(Tensor, RefusesShapesThatDoNotFit) {
  EXPECT_THAT(
      [] {
        written<float>({1, 2}, {3});
      },
      ThrowsError(kInvalid, "for tag \"t\" of shape [3] cannot have 2 values"));
  EXPECT_THAT([] { written<float>({1, 2}, {-1, -2}); }, ThrowsError(kInvalid, "[-1, -2]"));
  const std::int64_t huge = std::int64_t{1} << 33;
  EXPECT_THAT([&] { written<float>({}, {huge, huge}); }, ThrowsError(kInvalid, "8589934592"));
}

// Address space only: nothing may touch it.
class UntouchablePages {
 public:
  explicit UntouchablePages(std::size_t size_bytes)
      : size_bytes_(size_bytes),
        pages_(mmap(nullptr, size_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0)) {}
  ~UntouchablePages() { munmap(pages_, size_bytes_); }
  UntouchablePages(const UntouchablePages&) = delete;
  UntouchablePages& operator=(const UntouchablePages&) = delete;
  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    return {static_cast<const T*>(pages_), size_bytes_ / sizeof(T)};
  }

 private:
  std::size_t size_bytes_;
  void* pages_;
};

TEST(Tensor, RefusesWhatNoEventHoldsBeforeItIsRead) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const UntouchablePages pages(std::size_t{5'000'000'000});
  const std::array<std::int64_t, 2> shape = {1'250'000, 1000};
  EXPECT_THAT([&] { tensor(writer, "huge", pages.as<float>(), shape, 0); },
              ThrowsError(kInvalid, "the data for tag \"huge\" have 5000000000 bytes"));
  EXPECT_THAT([&] { audio(writer, "huge", {.samples = pages.as<float>()}, 0); },
              ThrowsError(kInvalid, "tag \"huge\""));
  writer.scalar("small", 1, 1);
  writer.close();
  EXPECT_EQ(testing::events_below(dir.path()).size(), 1U);
}

}  // namespace
}  // namespace opscope::summary
