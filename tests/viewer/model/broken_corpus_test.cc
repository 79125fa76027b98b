// Damaged and odd logdirs: what is read, what is counted as damage, what `check` answers. Each case
// states the rules of shared/corpus/README.md ("Ours:") for one folder of corpus/broken.
#include <gtest/gtest.h>

#include "viewer/model/corpus.h"

namespace opscope::viewer::testing {
namespace {

struct BrokenCase {
  const char* name;
  std::uint64_t records;      // whole records of all runs
  std::uint64_t damaged;      // places with damage
  std::uint64_t tag_records;  // of the tag "loss" in all runs
  int check_exit_code;
};

constexpr BrokenCase kCases[] = {
    {"intact", 21, 0, 20, 0},
    {"bad_proto", 22, 1, 20, 3},           // good checksums, no Event: costs that record
    {"data_crc_flip", 21, 1, 19, 3},       // a bad data checksum costs that record only
    {"data_flip", 21, 1, 19, 3},           //
    {"len_crc_flip", 20, 1, 19, 3},        // reading goes on where length and checksum agree
    {"len_flip", 20, 1, 19, 3},            //
    {"huge_length", 9, 1, 8, 3},           // a huge length never allocates
    {"huge_length_2g", 9, 1, 8, 3},        //
    {"huge_length_badcrc", 9, 1, 8, 3},    //
    {"garbage", 0, 1, 0, 3},               //
    {"zero_padded", 21, 1, 20, 3},         //
    {"truncated_data", 20, 0, 19, 3},      // a cut last record waits for more
    {"truncated_footer", 20, 0, 19, 3},    //
    {"truncated_header", 20, 0, 19, 3},    //
    {"truncated_lencrc", 20, 0, 19, 3},    //
    {"header_cut_first", 0, 0, 0, 3},      //
    {"zero_length", 0, 0, 0, 0},           //
    {"empty_record", 22, 0, 20, 0},        //
    {"no_version", 20, 0, 20, 0},          //
    {"version1", 21, 0, 20, 0},            //
    {"version_future", 21, 0, 20, 0},      //
    {"unknown_fields", 21, 0, 20, 0},      //
    {"walltime_unordered", 21, 0, 20, 0},  //
    {"walltime_odd", 5, 0, 4, 0},          // an event without a time is still an event
    {"steps_odd", 6, 0, 5, 0},             //
    {"mixed_kinds", 4, 0, 3, 0},           //
    {"meta_once", 21, 0, 20, 0},           //
    {"meta_late", 7, 0, 6, 0},             //
    {"meta_missing", 6, 0, 5, 0},          //
    {"meta_conflict", 4, 0, 3, 0},         //
    {"dup_in_event", 2, 0, 3, 0},          //
    {"step_restart", 26, 0, 25, 0},        //
    {"two_files", 42, 0, 40, 0},           //
    {"two_files_first_bad", 30, 1, 28, 3},
    {"two_files_overlap", 42, 0, 40, 0},
    {"over_reservoir", 12001, 0, 12000, 0},
};

class BrokenCases : public ::testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenCases, IsReadAsFarAsItCanBe) {
  const BrokenCase& expected = GetParam();
  const auto path = corpus_path("broken") / expected.name;
  const CommandRun inspected = run(run_inspect, {path.string(), "--json"});
  EXPECT_EQ(inspected.exit_code, 0);
  std::uint64_t records = 0;
  std::uint64_t damaged = 0;
  std::uint64_t tag_records = 0;
  const Json document = inspected.json();
  for (const Json& run : document.at("runs")) {
    records += run.at("records").get<std::uint64_t>();
    damaged += run.at("damaged_records").get<std::uint64_t>();
    const Json tag = find_by(run.at("tags"), "tag", "loss");
    if (!tag.is_null()) tag_records += tag.at("records").get<std::uint64_t>();
  }
  EXPECT_EQ(records, expected.records);
  EXPECT_EQ(damaged, expected.damaged);
  EXPECT_EQ(tag_records, expected.tag_records);
  EXPECT_EQ(inspected.err.find("opscope: 1 damaged place") != std::string::npos, damaged > 0);
  const CommandRun checked = run(run_check, {path.string(), "--json"});
  EXPECT_EQ(checked.exit_code, expected.check_exit_code);
  EXPECT_EQ(checked.json().at("damaged") != 0, expected.check_exit_code == 3);
}

INSTANTIATE_TEST_SUITE_P(Corpus, BrokenCases, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

Json tag_of(const std::string& folder, const std::string& tag) {
  return find_by(inspect(corpus_path("broken") / folder).at("runs").at(0).at("tags"), "tag", tag);
}

TEST(BrokenCorpus, CheckNamesFileAndOffset) {
  const CommandRun checked =
      run(run_check, {(corpus_path("broken") / "data_crc_flip").string(), "--json"});
  const Json damage = checked.json().at("files").at(0).at("damage").at(0);
  // Nine records lie before: the version's 40 bytes and eight scalars of 41 or 42 bytes.
  EXPECT_EQ(damage.at("offset"), 374);
  EXPECT_EQ(damage.at("bytes"), 42);
  EXPECT_EQ(damage.at("what"), "the payload does not match its checksum");
}

TEST(BrokenCorpus, ScalarsOfEveryEncodingAreScalars) {
  EXPECT_EQ(tag_of("scalar_encodings", "f16_val").at("last_value"), 0.5);
  EXPECT_EQ(tag_of("scalar_encodings", "f64_raw").at("last_value"), 1.0 / 3);
  EXPECT_EQ(tag_of("scalar_encodings", "i32_raw").at("last_value"), -7.0);
  EXPECT_EQ(tag_of("scalar_encodings", "i64_val").at("last_value"), 7.0);
  EXPECT_EQ(tag_of("scalar_encodings", "shape1").at("last_value"), 2.5);
  const Json odd = tag_of("scalar_encodings", "bad_shape2");
  EXPECT_TRUE(odd.at("last_value").is_null());
  EXPECT_EQ(odd.at("odd_values"), 1);
}

TEST(BrokenCorpus, NumbersThatJsonLacksAreStrings) {
  EXPECT_EQ(tag_of("nan_inf", "all_nan").at("last_value"), "NaN");
}

TEST(BrokenCorpus, TagsThatAreNotUtf8AreShown) {
  EXPECT_EQ(tag_of("bad_utf8_tag", "\xEF\xBF\xBD\xEF\xBF\xBD").at("records"), 1);
}

TEST(BrokenCorpus, ReadsTenThousandTags) {
  EXPECT_EQ(inspect(corpus_path("broken/many_tags")).at("runs").at(0).at("tags").size(), 10000U);
}

TEST(BrokenCorpus, FilesOfOtherNamesAreNoEventFiles) {
  const CommandRun inspected =
      run(run_inspect, {corpus_path("broken/not_an_event_file").string(), "--json"});
  EXPECT_TRUE(inspected.json().at("runs").empty());
  EXPECT_NE(inspected.err.find("nothing to show"), std::string::npos);
}

TEST(BrokenCorpus, RunsKeepTheirOddNames) {
  const Json runs = inspect(corpus_path("broken/odd_run_names")).at("runs");
  for (const char* name : {".hidden", "a,b:c=1", "run with spaces & (parens)", "ünï/漢"}) {
    EXPECT_FALSE(find_by(runs, "run", name).is_null()) << name;
  }
}

}  // namespace
}  // namespace opscope::viewer::testing
