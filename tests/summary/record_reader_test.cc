#include "opscope/summary/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "opscope/summary/record_writer.h"
#include "summary/tensorflow_file.h"
#include "support/files.h"
#include "support/growing_reader.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using testing::GrowingBytes;
using testing::GrowingReader;
using ::testing::HasSubstr;

// One answer of a reader, with its payload copied.
struct Found {
  RecordStatus status = RecordStatus::end;
  std::string payload;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
  bool is_unreadable = false;

  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << "{status " << static_cast<int>(found.status) << ", " << found.payload.size()
             << " bytes of payload, offset " << found.offset << ", size " << found.size_bytes
             << (found.is_unreadable ? ", unreadable}" : "}");
}

Found copy(const RecordRead& read) {
  return {read.status, std::string(read.payload), read.offset, read.size_bytes, read.is_unreadable};
}

bool is_last(RecordStatus status) {
  return status == RecordStatus::end || status == RecordStatus::truncated;
}

std::vector<Found> scan(std::string_view bytes, const RecordReaderOptions& options = {}) {
  RecordScanner scanner(bytes, options);
  std::vector<Found> all;
  do all.push_back(copy(scanner.next()));
  while (!is_last(all.back().status));
  return all;
}

std::vector<Found> read_all(RecordReader& reader) {
  std::vector<Found> all;
  do {
    const Result<RecordRead> found = reader.next();
    all.push_back(copy(found.value()));
  } while (!is_last(all.back().status));
  return all;
}

// Both forms must say the same; gives what they say.
std::vector<Found> read_both(const std::string& bytes, const RecordReaderOptions& options = {}) {
  GrowingBytes state{.bytes = bytes, .visible = bytes.size(), .most_per_read = 5};
  RecordReader reader(std::make_unique<GrowingReader>(state), options);
  const std::vector<Found> streamed = read_all(reader);
  EXPECT_EQ(streamed, scan(bytes, options));
  return streamed;
}

std::vector<Found> whole_file() {
  std::vector<Found> all;
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < testing::kTensorFlowRecordsHex.size(); ++i) {
    const std::uint64_t size = testing::tensorflow_record(i).size();
    all.push_back({.status = RecordStatus::record,
                   .payload = testing::tensorflow_payload(i),
                   .offset = offset,
                   .size_bytes = size});
    offset += size;
  }
  all.push_back({.status = RecordStatus::end, .offset = offset});
  return all;
}

TEST(RecordReader, ReadsAFileOfTensorFlow) {
  EXPECT_EQ(read_both(testing::tensorflow_file()), whole_file());
}

TEST(RecordReader, FindsNothingInNoBytes) {
  EXPECT_EQ(read_both(""), std::vector<Found>{{.status = RecordStatus::end}});
}

TEST(RecordReader, GivesTheRecordsBeforeEveryCutAndGoesOnBehindIt) {
  const std::string file = testing::tensorflow_file();
  const std::vector<Found> good = whole_file();
  for (std::size_t cut = 0; cut <= file.size(); ++cut) {
    SCOPED_TRACE(cut);
    std::size_t whole = 0;
    while (whole + 1 < good.size() && good[whole].offset + good[whole].size_bytes <= cut) ++whole;
    std::vector<Found> expected(good.begin(), good.begin() + static_cast<long>(whole));
    const std::vector<Found> rest(good.begin() + static_cast<long>(whole), good.end());
    const std::uint64_t last = rest.front().offset;
    const auto status = last == cut ? RecordStatus::end : RecordStatus::truncated;
    expected.push_back({.status = status, .offset = last, .size_bytes = cut - last});

    GrowingBytes state{.bytes = file, .visible = cut};
    RecordReader reader(std::make_unique<GrowingReader>(state));
    ASSERT_EQ(read_all(reader), expected);
    EXPECT_EQ(reader.offset(), last);
    state.visible = file.size();
    ASSERT_EQ(read_all(reader), rest);

    RecordScanner scanner(std::string_view(file).substr(0, cut));
    for (const Found& found : expected) ASSERT_EQ(copy(scanner.next()), found);
    scanner.set_bytes(file);
    for (const Found& found : rest) ASSERT_EQ(copy(scanner.next()), found);
  }
}

TEST(RecordReader, ReadsAFileThatGrowsByteByByte) {
  GrowingBytes state{.bytes = testing::tensorflow_file()};
  RecordReader reader(std::make_unique<GrowingReader>(state));
  std::vector<Found> records;
  for (state.visible = 0; state.visible <= state.bytes.size(); ++state.visible) {
    for (const Found& found : read_all(reader)) {
      if (found.status == RecordStatus::record) records.push_back(found);
    }
  }
  const std::vector<Found> expected = whole_file();
  EXPECT_EQ(records, std::vector<Found>(expected.begin(), expected.end() - 1));
}

// A flipped bit costs the record it is in and nothing else, and says so.
TEST(RecordReader, LosesOneRecordToAnyFlippedBit) {
  const std::string file = testing::tensorflow_file();
  const std::vector<Found> good = whole_file();
  for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
    SCOPED_TRACE(bit);
    std::string damaged = file;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const std::vector<Found> found = read_both(damaged);
    std::size_t hit = 0;
    while (good[hit + 1].offset <= bit / 8) ++hit;
    const bool is_last_record = hit + 2 == good.size();
    const bool is_header = bit / 8 - good[hit].offset < kRecordHeaderBytes;
    std::vector<Found> expected = good;
    if (!is_header) {
      expected[hit].status = RecordStatus::bad_payload;
      expected[hit].payload =
          damaged.substr(good[hit].offset + kRecordHeaderBytes, good[hit].payload.size());
    } else if (is_last_record) {
      expected.pop_back();
      expected[hit] = {.status = RecordStatus::truncated,
                       .offset = good[hit].offset,
                       .size_bytes = good[hit].size_bytes,
                       .is_unreadable = true};
    } else {
      expected[hit].status = RecordStatus::skipped;
      expected[hit].payload.clear();
    }
    ASSERT_EQ(found, expected);
  }
}

TEST(RecordReader, LeavesPayloadsUncheckedOnRequest) {
  std::string file = testing::tensorflow_file();
  file.back() ^= 1;
  const std::vector<Found> found = read_both(file, {.check_payload = false});
  EXPECT_EQ(found, whole_file());
}

TEST(RecordReader, ReadsRecordsWithoutPayload) {
  std::string file;
  append_record(file, "");
  append_record(file, "a");
  const std::vector<Found> found = read_both(file);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], (Found{.status = RecordStatus::record, .size_bytes = 16}));
  EXPECT_EQ(found[1].payload, "a");
}

TEST(RecordReader, NeverAllocatesForALengthThatIsOnlyClaimed) {
  std::string frame;
  append_record(frame, "four");
  // A length of 2^31 - 1 with its checksum, the largest that is believed.
  const std::uint64_t length = (std::uint64_t{1} << 31) - 1;
  std::string claim(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) claim[i] = static_cast<char>(length >> (8 * i));
  const auto crc = static_cast<std::uint32_t>(masked_crc32c(claim));
  for (unsigned i = 0; i < 4; ++i) claim.push_back(static_cast<char>(crc >> (8 * i)));

  GrowingBytes state{.bytes = frame + claim + "and no more", .visible = SIZE_MAX};
  RecordReader reader(std::make_unique<GrowingReader>(state));
  const std::vector<Found> found = read_all(reader);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1], (Found{.status = RecordStatus::truncated, .offset = 20, .size_bytes = 23}));
  EXPECT_LE(state.largest_request, std::size_t{1} << 20);
  EXPECT_EQ(scan(state.bytes), found);
}

TEST(RecordReader, TakesALengthBeyondTheLimitForDamage) {
  std::string file;
  append_record(file, "123456");
  append_record(file, "ok");
  const std::vector<Found> found = read_both(file, {.max_payload_bytes = 5});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], (Found{.status = RecordStatus::skipped, .offset = 0, .size_bytes = 22}));
  EXPECT_EQ(found[1].payload, "ok");
}

TEST(RecordReader, PassesOverUnreadableBytesThatGrow) {
  std::string file = testing::tensorflow_record(0) + std::string(1000, 'x');
  const std::uint64_t begin = testing::tensorflow_record(0).size();
  GrowingBytes state{.bytes = file + testing::tensorflow_record(1), .visible = file.size() + 11};
  RecordReader reader(std::make_unique<GrowingReader>(state));
  std::vector<Found> found = read_all(reader);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1], (Found{.status = RecordStatus::truncated,
                             .offset = begin,
                             .size_bytes = 1011,
                             .is_unreadable = true}));
  state.visible = SIZE_MAX;
  found = read_all(reader);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0],
            (Found{.status = RecordStatus::skipped, .offset = begin, .size_bytes = 1000}));
  EXPECT_EQ(found[1].payload, testing::tensorflow_payload(1));
}

TEST(RecordReader, PassesOverALongUnreadableStretchInBoundedMemory) {
  GrowingBytes state{.bytes = std::string(std::size_t{8} << 20, '\0'), .visible = SIZE_MAX};
  append_record(state.bytes, "behind");
  RecordReader reader(std::make_unique<GrowingReader>(state));
  const std::vector<Found> found = read_all(reader);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].size_bytes, std::uint64_t{8} << 20);
  EXPECT_EQ(found[1].payload, "behind");
  EXPECT_LE(state.largest_request, std::size_t{1} << 20);
}

TEST(RecordReader, TriesAgainAfterTheSourceFailed) {
  GrowingBytes state{.bytes = testing::tensorflow_file(), .visible = SIZE_MAX};
  state.error = Error(ErrorCode::unavailable, "read x: later");
  RecordReader reader(std::make_unique<GrowingReader>(state));
  EXPECT_THAT(reader.next(), testing::HasError(ErrorCode::unavailable, HasSubstr("later")));
  EXPECT_EQ(read_all(reader), whole_file());
}

TEST(RecordReader, ReadsARealFileThatGrows) {
  const testing::TempDir dir;
  const std::string path = dir / "events";
  const std::string file = testing::tensorflow_file();
  testing::write_file(path, std::string_view(file).substr(0, 100));
  Result<std::unique_ptr<ByteSource>> source = open_byte_source(path);
  RecordReader reader(std::move(source).value());
  EXPECT_EQ(read_all(reader).size(), 2U);
  testing::write_file(path, file);
  EXPECT_EQ(read_all(reader).size(), 5U);
}

TEST(RecordReader, NamesTheFileThatItCannotOpen) {
  EXPECT_THAT(open_byte_source("/nowhere/events"),
              testing::HasError(ErrorCode::not_found,
                                "open /nowhere/events: No such file or directory (errno 2)"));
  const testing::TempDir dir;
  Result<std::unique_ptr<ByteSource>> directory = open_byte_source(dir.path());
  char byte = 0;
  EXPECT_THAT(directory.value()->read_at(0, &byte, 1),
              testing::HasError(ErrorCode::failed_precondition, HasSubstr("read " + dir.path())));
}

}  // namespace
}  // namespace opscope::summary
