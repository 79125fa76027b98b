#include "opscope/summary/projector.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "opscope/proto/projector_config.pb.h"
#include "support/files.h"
#include "support/hex.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

class Projector : public ::testing::Test {
 protected:
  proto::projector::ProjectorConfig config() const {
    proto::projector::ProjectorConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        testing::read_file(dir / "projector_config.pbtxt"), &config));
    return config;
  }
  std::string file(const std::string& relative) const { return testing::read_file(dir / relative); }

  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<float> values = {1, -0.5F, 2.25F, 1e-20F, 0, 3};
  const EmbeddingView points{.values = values, .dimensions = 2};
};

TEST_F(Projector, WritesPointsMetadataAndConfig) {
  embedding(
      writer, "words", points,
      {.metadata_names = {"word", "count"}, .metadata = {{"a", "1"}, {"b", "2"}, {"c", "3"}}});
  const auto entry = config().embeddings(0);
  EXPECT_EQ(entry.tensor_name(), "words");
  EXPECT_THAT(entry.tensor_shape(), ElementsAre(3, 2));
  EXPECT_EQ(file(entry.tensor_path()), "1\t-0.5\n2.25\t1e-20\n0\t3\n");
  EXPECT_EQ(file(entry.metadata_path()), "word\tcount\na\t1\nb\t2\nc\t3\n");
}

TEST_F(Projector, WritesOneColumnWithoutAHeader) {
  embedding(writer, "words", points, {.metadata_names = {"w"}, .metadata = {{"a"}, {"b"}, {"c"}}});
  EXPECT_EQ(file(config().embeddings(0).metadata_path()), "a\nb\nc\n");
}

TEST_F(Projector, WritesBytesOnlyWhereTheyCannotBeTakenForText) {
  embedding(writer, "bytes", points, {.format = EmbeddingFormat::bytes});
  const std::vector<float> zeros(6);
  embedding(writer, "zeros", {zeros, 3}, {.format = EmbeddingFormat::bytes});
  const auto written = config();
  EXPECT_THAT(written.embeddings(0).tensor_path(), EndsWith("tensors.bytes"));
  // 1, -0.5, 2.25, 1e-20, 0, 3 as little-endian float32.
  EXPECT_EQ(file(written.embeddings(0).tensor_path()),
            testing::bytes_from_hex("0000803f 000000bf 00001040 08e53c1e 00000000 00004040"));
  EXPECT_EQ(file(written.embeddings(1).tensor_path()), "0\t0\t0\n0\t0\t0\n");
}

TEST_F(Projector, PutsPicturesIntoOneSheet) {
  const std::vector<std::uint8_t> red = {255, 0};
  const std::vector<std::uint8_t> blue = {7, 9};
  const std::vector<ImageView<std::uint8_t>> pictures(
      {{red, 2, 1, 1}, {blue, 2, 1, 1}, {red, 2, 1, 1}});
  embedding(writer, "p", points, {.pictures = pictures});
  const auto entry = config().embeddings(0);
  EXPECT_THAT(entry.sprite().single_image_dim(), ElementsAre(2, 1));
  const std::vector<std::uint8_t> sheet = {255, 0, 7, 9, 255, 0, 0, 0};
  EXPECT_EQ(file(entry.sprite().image_path()), encode_png(ImageView<std::uint8_t>{sheet, 4, 2, 1}));
}

TEST_F(Projector, KeepsOthersAndReplacesTheSameName) {
  embedding(writer, "a/../b", points);
  embedding(writer, "c", points);
  const std::vector<float> other = {5, 6};
  embedding(writer, "a/../b", {other, 1});
  const auto written = config();
  ASSERT_EQ(written.embeddings_size(), 2);
  EXPECT_EQ(written.embeddings(0).tensor_name(), "a/../b");
  EXPECT_EQ(written.embeddings(0).tensor_path(), "projector/a%2f%2e%2e%2fb/tensors.tsv");
  EXPECT_EQ(file(written.embeddings(0).tensor_path()), "5\n6\n");
  EXPECT_EQ(testing::files_below(dir / "projector").size(), 2U);  // nothing unfinished is left
}

TEST_F(Projector, MergesWhatManyThreadsWrite) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { embedding(writer, "e" + std::to_string(i), points); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(config().embeddings_size(), 8);
}

TEST_F(Projector, LeavesAConfigAloneThatItCannotRead) {
  testing::write_file(dir / "projector_config.pbtxt", "embeddings {\n  what: 1 }");
  EXPECT_THAT([&] { embedding(writer, "a", points); },
              ThrowsError(ErrorCode::data_loss, "is no projector config: line 2, column 7"));
  EXPECT_EQ(file("projector_config.pbtxt"), "embeddings {\n  what: 1 }");
}

TEST_F(Projector, RefusesWhatDoesNotFit) {
  const auto write = [&](const EmbeddingOptions& options) {
    embedding(writer, "a", points, options);
  };
  EXPECT_THAT([&] { embedding(writer, "", points); }, ThrowsError(kInvalid, "is empty"));
  EXPECT_THAT(
      [&] {
        embedding(writer, "a", {values, 4});
      },
      ThrowsError(kInvalid, "has 6 values, no points of 4 dimensions"));
  EXPECT_THAT([&] { embedding(writer, "a", {values, 0}); }, ThrowsError(kInvalid, "of 0"));
  EXPECT_THAT([&] { embedding(writer, "a", {{}, 4}); }, ThrowsError(kInvalid, "has 0 values"));
  EXPECT_THAT([&] { write({.metadata = {{"a"}}}); },
              ThrowsError(kInvalid, "3 points and 1 rows of metadata"));
  EXPECT_THAT(
      [&] {
        write({.metadata = {{"a", "b"}, {"a", "b"}, {"a", "b"}}});
      },
      ThrowsError(kInvalid, "0 names for 2 columns"));
  EXPECT_THAT(
      [&] {
        write({.metadata = {{"a"}, {"a", "b"}, {"a"}}});
      },
      ThrowsError(kInvalid, "2 cells in row 1, not 1"));
  EXPECT_THAT(
      [&] {
        write({.metadata = {{"a"}, {"b\tc"}, {"a"}}});
      },
      ThrowsError(kInvalid, "a tab or a line end"));
  const std::vector<std::uint8_t> pixels(4);
  const std::vector<ImageView<std::uint8_t>> pictures(
      {{pixels, 2, 2, 1}, {pixels, 2, 2, 1}, {pixels, 1, 2, 2}});
  EXPECT_THAT([&] { write({.pictures = pictures}); },
              ThrowsError(kInvalid, "differ from the first"));
  EXPECT_EQ(testing::files_below(dir.path()).size(), 1U);
}

}  // namespace
}  // namespace opscope::summary
