#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "opscope/saved_model/bundle_reader.h"
#include "opscope/summary/crc32c.h"
#include "saved_model/memory_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace opscope::saved_model {
namespace {

using testing::HasError;
using ::testing::HasSubstr;

const std::string kFolder = std::string(OPSCOPE_TESTDATA) + "/bundle/";

testing::MemoryFiles load(const std::string& name) {
  testing::MemoryFiles files;
  for (const std::string& path : testing::files_below(kFolder)) {
    if (path.find("/" + name + ".") != std::string::npos) {
      files[path.substr(kFolder.size())] = testing::read_file(path);
    }
  }
  return files;
}

// All values, or the first error.
Result<std::string> read_everything(const testing::MemoryFiles& files, const std::string& name) {
  const Result<BundleReader> reader = BundleReader::open(name, testing::open_from(files));
  if (!reader) return reader.error();
  std::string all;
  for (const BundleEntry& entry : reader->entries()) {
    all += entry.name;
    if (entry.data_type == kDataTypeString) {
      const Result<std::vector<std::string>> values = reader->read_strings(entry);
      if (!values) return values.error();
      for (const std::string& value : *values) all += value;
      continue;
    }
    const Result<std::size_t> size = reader->checked_size(entry);
    if (!size) return size.error();
    std::string bytes(*size, '\0');
    if (const Result<void> done = reader->read(entry, bytes); !done) return done.error();
    all += bytes;
  }
  return all;
}

// What the error must name.
void expect_named(const Error& error, const std::string& path) {
  EXPECT_THAT(error.what(), HasSubstr(path.substr(0, path.find('.'))));
}

class BundleDamage : public ::testing::TestWithParam<const char*> {};

TEST_P(BundleDamage, EveryFlippedByteIsFoundOrChangesNothing) {
  const testing::MemoryFiles good = load(GetParam());
  const std::string expected = read_everything(good, GetParam()).value();
  for (const auto& [path, bytes] : good) {
    std::size_t unnoticed = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      testing::MemoryFiles bad = good;
      bad[path][i] = static_cast<char>(bad[path][i] ^ 0x10);
      const Result<std::string> all = read_everything(bad, GetParam());
      if (all) {
        EXPECT_EQ(*all, expected) << path << " byte " << i;
        ++unnoticed;
      } else {
        expect_named(all.error(), path);
      }
    }
    // Only the padding of the footer and the block of metadata, which nobody reads, go unnoticed.
    EXPECT_LE(unnoticed, 60U) << path;
  }
}

TEST_P(BundleDamage, EveryCutIsFound) {
  const testing::MemoryFiles good = load(GetParam());
  for (const auto& [path, bytes] : good) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      testing::MemoryFiles bad = good;
      bad[path].resize(size);
      const Result<std::string> all = read_everything(bad, GetParam());
      ASSERT_FALSE(all) << path << " cut to " << size;
      EXPECT_EQ(all.error().code(), ErrorCode::data_loss);
      expect_named(all.error(), path);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bundles, BundleDamage, ::testing::Values("sharded", "parted"));

TEST(BundleErrors, NameTheFileAndTheByte) {
  testing::MemoryFiles files = load("sharded");
  files["sharded.data-00000-of-00002"][3] ^= 1;
  EXPECT_THAT(read_everything(files, "sharded"),
              HasError(ErrorCode::data_loss,
                       HasSubstr("sharded.data-00000-of-00002: the checksum of tensor 'a' (16 "
                                 "bytes) is wrong, at byte 0")));
  files = load("sharded");
  files["sharded.index"][9] ^= 1;
  EXPECT_THAT(read_everything(files, "sharded"),
              HasError(ErrorCode::data_loss, HasSubstr("wrong checksum, at byte 0")));
  files["sharded.index"] = "not a table";
  EXPECT_THAT(read_everything(files, "sharded"),
              HasError(ErrorCode::data_loss, HasSubstr("cut short, at byte 11")));
  files["sharded.index"] = std::string(60, 'x');
  EXPECT_THAT(read_everything(files, "sharded"),
              HasError(ErrorCode::data_loss, HasSubstr("magic number is missing), at byte 52")));
}

// The first block of sharded.index with its type set to 1 and its checksum made right again.
TEST(BundleErrors, SayThatABlockIsCompressed) {
  testing::MemoryFiles files = load("sharded");
  std::string& index = files["sharded.index"];
  const std::string footer = index.substr(index.size() - 48);
  const std::size_t end = static_cast<unsigned char>(footer[0]) & 0x7FU;
  const std::size_t meta = (static_cast<unsigned char>(footer[0]) & 0x80U) != 0
                               ? end | static_cast<std::size_t>(footer[1]) << 7
                               : end;
  const std::size_t size = meta - 5;  // the metadata follow the only data block
  index[size] = 1;
  const auto crc = static_cast<std::uint32_t>(summary::masked_crc32c({index.data(), size + 1}));
  std::memcpy(index.data() + size + 1, &crc, sizeof crc);
  EXPECT_THAT(read_everything(files, "sharded"),
              HasError(ErrorCode::unimplemented, HasSubstr("compressed with Snappy")));
}

}  // namespace
}  // namespace opscope::saved_model
