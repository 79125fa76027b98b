// The damaged and odd logdirs of the shared corpus: what could be read must be read, and what could
// not must be reported. `note` in each expected.json says what was done to the file.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "opscope/summary/event_reader.h"
#include "opscope/summary/record_reader.h"
#include "support/files.h"

namespace opscope::summary {
namespace {

// What came out of one file, as a short text: "21 records", "8 records, 1 skipped (42 bytes), ...".
struct Tally {
  std::size_t records = 0;
  std::size_t bad_payloads = 0;
  std::size_t bad_events = 0;
  std::uint64_t skipped_bytes = 0;
  std::uint64_t pending_bytes = 0;     // of a cut record
  std::uint64_t unreadable_bytes = 0;  // at the end
  std::size_t values = 0;

  bool operator==(const Tally&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Tally& tally) {
  return out << tally.records << " records, " << tally.bad_payloads << " bad payloads, "
             << tally.bad_events << " bad events, " << tally.skipped_bytes << " bytes skipped, "
             << tally.pending_bytes << " pending, " << tally.unreadable_bytes << " unreadable, "
             << tally.values << " values";
}

void count_event(std::string_view record, Tally& tally) {
  const Result<EventView> event = parse_event(record);
  if (!event) {
    ++tally.bad_events;
    return;
  }
  if (event->kind != EventKind::summary) return;
  ValueCursor values(event->body);
  while (values.next()) ++tally.values;
  EXPECT_FALSE(values.is_damaged());
}

Tally tally_file(const std::string& path) {
  Tally tally;
  RecordReader reader(open_byte_source(path).value());
  for (;;) {
    const RecordRead read = reader.next().value();
    switch (read.status) {
      case RecordStatus::record:
        ++tally.records;
        count_event(read.payload, tally);
        break;
      case RecordStatus::bad_payload:
        ++tally.bad_payloads;
        break;
      case RecordStatus::skipped:
        tally.skipped_bytes += read.size_bytes;
        break;
      case RecordStatus::end:
        return tally;
      case RecordStatus::truncated:
        (read.is_unreadable ? tally.unreadable_bytes : tally.pending_bytes) = read.size_bytes;
        return tally;
    }
  }
}

Tally tally_case(const std::string& name) {
  return tally_file(std::string(OPSCOPE_SHARED) + "/corpus/broken/" + name +
                    "/events.out.tfevents.1700000000.host");
}

// The file that the others were made from: a header and 20 scalars.
const Tally kIntact{.records = 21, .values = 20};

TEST(DamagedFiles, AreReadAsFarAsTheyGo) {
  const std::map<std::string, Tally> expected = {
      {"intact", kIntact},
      {"data_flip", {.records = 20, .bad_payloads = 1, .values = 19}},
      {"data_crc_flip", {.records = 20, .bad_payloads = 1, .values = 19}},
      {"len_flip", {.records = 20, .skipped_bytes = 42, .values = 19}},
      {"len_crc_flip", {.records = 20, .skipped_bytes = 42, .values = 19}},
      {"bad_proto", {.records = 22, .bad_events = 1, .values = 20}},
      {"bad_utf8_tag", {.records = 2, .values = 1}},
      {"empty_record", {.records = 22, .values = 20}},
      {"truncated_data", {.records = 20, .pending_bytes = 33, .values = 19}},
      {"truncated_footer", {.records = 20, .pending_bytes = 40, .values = 19}},
      {"truncated_header", {.records = 20, .pending_bytes = 5, .values = 19}},
      {"truncated_lencrc", {.records = 20, .pending_bytes = 10, .values = 19}},
      {"header_cut_first", {.pending_bytes = 7}},
      {"zero_length", {}},
      {"zero_padded", {.records = 21, .unreadable_bytes = 256, .values = 20}},
      {"garbage", {.unreadable_bytes = 1000}},
      {"huge_length", {.records = 9, .unreadable_bytes = 52, .values = 8}},
      {"huge_length_2g", {.records = 9, .unreadable_bytes = 52, .values = 8}},
      {"huge_length_badcrc", {.records = 9, .unreadable_bytes = 52, .values = 8}},
      {"unknown_fields", kIntact},
      {"dup_in_event", {.records = 2, .values = 3}},
      {"many_tags", {.records = 101, .values = 10000}},
      {"no_version", {.records = 20, .values = 20}},
  };
  for (const auto& [name, tally] : expected) EXPECT_EQ(tally_case(name), tally) << name;
}

TEST(DamagedFiles, AccountForEveryByte) {
  for (const std::string& path :
       testing::files_below(std::string(OPSCOPE_SHARED) + "/corpus/broken")) {
    if (path.find("tfevents") == std::string::npos) continue;
    const std::string bytes = testing::read_file(path);
    RecordScanner scanner(bytes);
    std::uint64_t accounted = 0;
    RecordRead read;
    do {
      read = scanner.next();
      EXPECT_EQ(read.offset, accounted) << path;
      accounted += read.size_bytes;
    } while (read.status != RecordStatus::end && read.status != RecordStatus::truncated);
    EXPECT_EQ(accounted, bytes.size()) << path;
  }
}

}  // namespace
}  // namespace opscope::summary
