#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "opscope/saved_model/bundle_reader.h"
#include "opscope/saved_model/bundle_writer.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::saved_model {
namespace {

using ::testing::ElementsAre;
using testing::HasError;
using ::testing::HasSubstr;
using testing::HasValue;
using ::testing::IsNull;
using testing::ThrowsError;

constexpr int kFloat = 1, kInt32 = 3, kInt64 = 9, kBool = 10;

template <typename T>
std::vector<T> values_of(const BundleReader& reader, const std::string& name) {
  const BundleEntry& entry = *reader.find(name);
  std::string bytes(reader.checked_size(entry).value(), '\0');
  reader.read(entry, bytes).value();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <typename T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

const std::string kFolder = std::string(OPSCOPE_TESTDATA) + "/bundle/";

TEST(Bundle, ReadsSeveralDataFiles) {
  const BundleReader reader = BundleReader::open(kFolder + "sharded").value();
  EXPECT_EQ(reader.num_shards(), 2);
  EXPECT_THAT(values_of<std::int32_t>(reader, "a"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(values_of<double>(reader, "b"), ElementsAre(2.5));
  EXPECT_THAT(reader.find("a")->shape, ElementsAre(2, 2));
  EXPECT_THAT(reader.read_strings(*reader.find("text")),
              HasValue(ElementsAre("x", "", std::string(200, '\xFF'))));
}

TEST(Bundle, PutsThePartsOfAVariableTogether) {
  const BundleReader reader = BundleReader::open(kFolder + "parted").value();
  ASSERT_EQ(reader.entries().size(), 2u);  // parts are no tensors of their own
  EXPECT_EQ(reader.find("w")->slices.size(), 3u);
  std::vector<float> expected(600);
  std::iota(expected.begin(), expected.end(), 0.0F);
  EXPECT_EQ(values_of<float>(reader, "w"), expected);
  EXPECT_THAT(reader.find("nothing"), IsNull());
}

TEST(Bundle, GivesBackWhatWasWritten) {
  const testing::TempDir folder;
  const std::vector<float> big(300000, 0.5F);
  const std::vector<std::int64_t> numbers{-1, 1LL << 40};
  const std::vector<std::string> texts{"", "b", std::string(300, 'c')};
  BundleWriter writer(folder / "ckpt");
  writer.add("z/big", kFloat, std::vector<std::int64_t>{300, 1000}, bytes_of(big));
  writer.add("a", kInt64, std::vector<std::int64_t>{2}, bytes_of(numbers));
  writer.add("empty", kInt32, std::vector<std::int64_t>{0, 3}, "");
  writer.add("flag", kBool, {}, std::string_view("\1", 1));
  writer.add_strings("texts", std::vector<std::int64_t>{3}, texts);
  writer.finish();
  const BundleReader reader = BundleReader::open(folder / "ckpt").value();
  EXPECT_EQ(values_of<float>(reader, "z/big"), big);
  EXPECT_EQ(values_of<std::int64_t>(reader, "a"), numbers);
  EXPECT_THAT(values_of<std::int32_t>(reader, "empty"), ElementsAre());
  EXPECT_EQ(reader.read_strings(*reader.find("texts")).value(), texts);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST(Bundle, KeepsManyNamesInOrderOverSeveralBlocks) {
  const testing::TempDir folder;
  BundleWriter writer(folder / "many");
  constexpr int kCount = 12000;
  for (int i = kCount; i-- > 0;) {
    const std::vector<std::int32_t> value{i};
    writer.add("layer_" + std::to_string(i) + "/kernel/.ATTRIBUTES/VARIABLE_VALUE", kInt32, {},
               bytes_of(value));
  }
  writer.finish();
  EXPECT_GT(std::filesystem::file_size(folder / "many.index"), 512U << 10);
  const BundleReader reader = BundleReader::open(folder / "many").value();
  ASSERT_EQ(reader.entries().size(), static_cast<std::size_t>(kCount));
  for (const int i : {0, 1, 999, 5000, kCount - 1}) {
    EXPECT_THAT(values_of<std::int32_t>(
                    reader, "layer_" + std::to_string(i) + "/kernel/.ATTRIBUTES/VARIABLE_VALUE"),
                ElementsAre(i));
  }
}

TEST(Bundle, LeavesNothingBehindWithoutFinish) {
  const testing::TempDir folder;
  { BundleWriter writer(folder / "never"); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Bundle, RefusesWhatDoesNotFit) {
  const testing::TempDir folder;
  BundleWriter writer(folder / "x");
  const std::vector<std::int64_t> two{2};
  EXPECT_THAT([&] { writer.add("a", kFloat, two, "1234"); },
              ThrowsError(ErrorCode::invalid_argument, "shape [2] cannot have 4 bytes"));
  EXPECT_THAT([&] { writer.add("", kFloat, {}, "1234"); },
              ThrowsError(ErrorCode::invalid_argument, "taken or none"));
  writer.add("a", kFloat, {}, "1234");
  EXPECT_THAT([&] { writer.add("a", kFloat, {}, "1234"); },
              ThrowsError(ErrorCode::invalid_argument, "'a' is taken"));
  EXPECT_THAT([&] { BundleWriter none((folder / "no") + "/x"); },
              ThrowsError(ErrorCode::not_found, "no/x.data"));
}

TEST(Bundle, NamesWhatIsMissing) {
  const testing::TempDir folder;
  EXPECT_THAT(BundleReader::open(folder / "x"),
              HasError(ErrorCode::not_found, HasSubstr("x.index")));
  testing::write_file(folder / "y.index", testing::read_file(kFolder + "parted.index"));
  const BundleReader reader = BundleReader::open(folder / "y").value();
  EXPECT_THAT(reader.checked_size(*reader.find("q")),
              HasError(ErrorCode::not_found, HasSubstr("y.data-00000-of-00001")));
}

}  // namespace
}  // namespace opscope::saved_model
