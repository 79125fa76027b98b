// What the commands answer to people: usage, errors, tables, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "viewer/model/corpus.h"

namespace opscope::viewer::testing {
namespace {

using opscope::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string corpus(const std::string& below) { return corpus_path(below).string(); }

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Commands, BadUsageIsExitCodeTwo) {
  for (const Command command : {run_inspect, run_check, run_stats, run_export}) {
    const CommandRun result = run(command, {"--no-such-option"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, StartsWith("opscope: "));
    EXPECT_THAT(result.err, HasSubstr("--help"));
    EXPECT_EQ(run(command, {"--help"}).exit_code, 0);
  }
  EXPECT_EQ(run(run_stats, {corpus("profiles/tf"), "--by", "colour"}).exit_code, 2);
}

TEST(Commands, AMissingPathIsASentence) {
  for (const Command command : {run_inspect, run_check, run_stats}) {
    const CommandRun result = run(command, {corpus("no_such_folder")});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, StartsWith("opscope: no such file or folder, "));
    EXPECT_EQ(result.out, "");
  }
}

TEST(Commands, AnEmptyLogdirSaysWhatWasLookedFor) {
  const TempDir folder;
  const CommandRun result = run(run_inspect, {folder.path(), "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("nothing to show"));
  EXPECT_THAT(result.err, HasSubstr("tfevents"));
  EXPECT_TRUE(result.json().at("runs").empty());
}

TEST(Commands, InspectFiltersRunsAndTags) {
  const Json document =
      run(run_inspect, {corpus("tf_small/kinds"), "--run", "train", "--tag", "loss", "--json"})
          .json();
  ASSERT_EQ(document.at("runs").size(), 1U);
  ASSERT_EQ(document.at("runs").at(0).at("tags").size(), 1U);
  const CommandRun wrong = run(run_inspect, {corpus("tf_small/kinds"), "--run", "trian"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("there are: eval, train"));
}

TEST(Commands, InspectReadsAsATable) {
  const CommandRun result = run(run_inspect, {corpus("torch/kinds")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("run multi_cos: 1 event file, 26 records"));
  EXPECT_THAT(result.out, HasSubstr("multi  scalars  DT_FLOAT       25  0 to 24    0.087499"));
}

TEST(Commands, CheckSaysWhyPagesAreEmpty) {
  const Json document = run(run_check, {corpus("profiles/tf_sleep"), "--json"}).json();
  const Json graph = find_by(document.at("empty_pages"), "page", "graph");
  ASSERT_FALSE(graph.is_null());
  EXPECT_THAT(graph.at("why").get<std::string>(), HasSubstr("0 records in 0 event files"));
  EXPECT_TRUE(find_by(document.at("empty_pages"), "page", "profile").is_null());
}

TEST(Commands, CheckFindsACutProfile) {
  const TempDir folder;
  const std::string path = folder / "h.xplane.pb";
  const std::string whole =
      text_of(corpus("profiles/tf/plugins/profile/2026_11_23_18_40_19/vm.xplane.pb"));
  std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() / 2);
  const CommandRun result = run(run_check, {path});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out, HasSubstr("cut or damaged"));
  EXPECT_EQ(run(run_inspect, {path}).exit_code, 0);
}

TEST(Commands, StatsWriteTablesCsvAndJson) {
  const std::string path = corpus("profiles/tf_sleep");
  EXPECT_THAT(run(run_stats, {path}).out, HasSubstr("outer_step"));
  const CommandRun csv = run(run_stats, {path, "--csv", "--top", "1"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 2);
  EXPECT_THAT(csv.out, StartsWith("key,calls,total_ps,"));
  // Three steps of known sleeps: shared/corpus/profiles/oracle.json counts twelve events.
  std::uint64_t calls = 0;
  const Json rows = run(run_stats, {path, "--json"}).json().at("rows");
  for (const Json& row : rows) calls += row.at("calls").get<std::uint64_t>();
  EXPECT_EQ(calls, 12U);
  EXPECT_FALSE(run(run_stats, {path, "--by", "step", "--json"}).json().at("rows").empty());
}

TEST(Commands, StatsWithoutAProfileSayWhatWasLookedFor) {
  const CommandRun result = run(run_stats, {corpus("broken/intact")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("no profile"));
}

TEST(Commands, ExportsScalarsExactly) {
  const TempDir folder;
  const std::string csv = folder / "s.csv";
  EXPECT_EQ(run(run_export, {"scalars", corpus("broken/nan_inf"), "--out", csv, "--tag", "loss"})
                .exit_code,
            0);
  const std::string text = text_of(csv);
  EXPECT_THAT(text, StartsWith("run,tag,step,wall_time,value\n.,loss,0,1700000000,0\n"));
  EXPECT_THAT(text, HasSubstr(".,loss,1,1700000001,NaN\n"));
  EXPECT_THAT(text, HasSubstr(".,loss,3,1700000003,-Infinity\n"));
  const std::string json = folder / "s.json";
  EXPECT_EQ(run(run_export, {"scalars", corpus("broken/steps_odd"), "--out", json}).exit_code, 0);
  const Json series = Json::parse(text_of(json));
  EXPECT_EQ(series.at(0).at("steps").at(3), 9007199254740993);
}

TEST(Commands, ExportingNoScalarsFailsAndWritesNothing) {
  const TempDir folder;
  const std::string csv = folder / "s.csv";
  const CommandRun result = run(run_export, {"scalars", corpus("profiles/tf"), "--out", csv});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("opscope: no scalars, "));
  EXPECT_FALSE(std::filesystem::exists(csv));
}

TEST(Commands, ANumberOutOfRangeIsAShortSentence) {
  const CommandRun result = run(run_stats, {corpus("profiles/tf"), "--top", "-1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_LT(result.err.size(), 200U);
}

TEST(Commands, ExportNamesFilesItCannotWrite) {
  const CommandRun result =
      run(run_export, {"scalars", corpus("broken/intact"), "--out", "/no/such/folder/s.csv"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("/no/such/folder/s.csv"));
  EXPECT_EQ(run(run_export, {"scalars", corpus("broken/intact"), "--out", "/tmp/s.txt"}).exit_code,
            2);
}

TEST(Commands, AnExportedProfileReadsBackTheSame) {
  const TempDir folder;
  const std::string path = folder / "trace.json";
  const std::string source = corpus("profiles/tf");
  ASSERT_EQ(run(run_export, {"profile", source, "--out", path}).exit_code, 0);
  const Json before = run(run_stats, {source, "--json"}).json().at("rows");
  const Json after = run(run_stats, {path, "--json"}).json().at("rows");
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace opscope::viewer::testing
