#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "viewer/model/corpus.h"
#include "viewer/model/profile_fixture.h"

namespace opscope::viewer::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Every phase we draw, in the order a writer may give them.
constexpr const char* kTrace = R"({"displayTimeUnit": "ms", "traceEvents": [
  {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "prog"}},
  {"ph": "M", "name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "w\u00f6rker"}},
  {"ph": "X", "name": "outer", "pid": 1, "tid": 2, "ts": 100, "dur": 10.5, "args": {"k": "v\"q"}},
  {"ph": "B", "name": "inner", "pid": 1, "tid": 2, "ts": 101},
  {"ph": "E", "pid": 1, "tid": 2, "ts": 103.25},
  {"ph": "i", "name": "mark", "pid": 1, "tid": 2, "ts": 104},
  {"ph": "C", "name": "mem", "pid": 1, "ts": 100, "args": {"heap": 5, "stack": 1}},
  {"ph": "C", "name": "mem", "pid": 1, "ts": 105, "args": {"heap": 7}},
  {"ph": "s", "name": "f", "cat": "c", "id": 9, "pid": 1, "tid": 2, "ts": 102},
  {"ph": "X", "name": "target", "pid": 1, "tid": 3, "ts": 106, "dur": 2},
  {"ph": "f", "name": "f", "cat": "c", "id": 9, "pid": 1, "tid": 3, "ts": 106, "bp": "e"},
  {"ph": "b", "name": "io", "cat": "net", "id": 1, "pid": 1, "ts": 100},
  {"ph": "e", "name": "io", "cat": "net", "id": 1, "pid": 1, "ts": 109}
]})";

const ProfileLine& line_named(const Profile& profile, const std::string& name) {
  for (const ProfileLine& line : profile.lines) {
    if (line.name == name) return line;
  }
  throw std::runtime_error("no line " + name);
}

TEST(ChromeTrace, ReadsEveryPhase) {
  const Profile profile = profile_from(kTrace, "t.json").value();
  EXPECT_TRUE(profile.warnings.empty()) << profile.warnings.front();
  ASSERT_EQ(profile.planes.size(), 1U);
  EXPECT_EQ(profile.planes[0].name, "prog");
  const ProfileLine& worker = line_named(profile, "wörker");
  EXPECT_THAT(worker.start_ps, ElementsAre(0, 1'000'000, 4'000'000));
  EXPECT_THAT(worker.duration_ps, ElementsAre(10'500'000, 2'250'000, 0));
  EXPECT_THAT(worker.depth, ElementsAre(0, 1, 1));
  EXPECT_EQ(line_named(profile, "async net").duration_ps[0], 9'000'000);
  ASSERT_EQ(profile.counters.size(), 2U);
  EXPECT_EQ(profile.counters[0].name, "mem heap");
  EXPECT_THAT(profile.counters[0].values, ElementsAre(5, 7));
  ASSERT_EQ(profile.flows.size(), 1U);
  EXPECT_EQ(event_name(profile, profile.flows[0].from), "inner");
  EXPECT_EQ(event_name(profile, profile.flows[0].to), "target");
  const std::vector<ProfileArg> args = event_args(profile, {0, 0});
  ASSERT_EQ(args.size(), 1U);
  EXPECT_EQ(args[0].value, "v\"q");
}

TEST(ChromeTrace, ReadsTheArrayFormWithoutItsEnd) {
  const Profile profile =
      profile_from(R"([{"ph":"X","name":"a","pid":1,"tid":1,"ts":1,"dur":1},)", "t.json").value();
  EXPECT_EQ(profile.event_count, 1U);
  EXPECT_THAT(profile.warnings, ElementsAre(HasSubstr("ends early")));
}

TEST(ChromeTrace, TextsCutAnywhereDoNoHarm) {
  const std::string whole = kTrace;
  for (std::size_t size = 60; size < whole.size(); ++size) {
    const Result<Profile> profile = profile_from(whole.substr(0, size), "t.json");
    ASSERT_TRUE(profile) << size;
    EXPECT_FALSE(profile->warnings.empty()) << size;
  }
}

TEST(ChromeTrace, CountsWhatItDoesNotDraw) {
  const Profile profile = profile_from(R"([{"ph":"X","name":"a","pid":1,"tid":1,"ts":1,"dur":1},
                       {"ph":"O","name":"o","pid":1,"tid":1,"ts":1},
                       {"ph":"X","name":"no time","pid":1,"tid":1},
                       {"ph":"B","name":"open","pid":1,"tid":1,"ts":1.5}])",
                                       "t.json")
                              .value();
  EXPECT_THAT(profile.warnings, Contains(HasSubstr("2 events of kinds that are not shown")));
  EXPECT_THAT(profile.warnings, Contains(HasSubstr("1 events begin and never end")));
}

TEST(ChromeTrace, UnpacksGzip) {
  const opscope::testing::TempDir folder;
  const std::string path = folder / "t.json.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, kTrace);
  gzclose(file);
  EXPECT_EQ(load_profile_file(path).value().lines.size(), 3U);
}

TEST(ChromeTrace, AgreesWithPyTorchsTotals) {
  const Json expected = oracle("profiles").at("torch").at("chrome_trace").front();
  const Json rows =
      run(run_stats, {corpus_path("profiles/torch").string(), "--json"}).json().at("rows");
  for (const Json& top : expected.at("top10_dur_us")) {
    const Json row = find_by(rows, "key", top.at(0));
    ASSERT_FALSE(row.is_null()) << top;
    EXPECT_NEAR(row.at("total_ps").get<double>(), top.at(1).get<double>() * 1e6, 2e3) << top;
    EXPECT_EQ(row.at("calls"), top.at(2));
  }
}

TEST(ChromeTrace, FindsPyTorchsSteps) {
  const Profile profile =
      load_profile_file(
          corpus_path("profiles/torch/vm_21029.1795459192069369893.pt.trace.json").string())
          .value();
  ASSERT_EQ(profile.steps.size(), 2U);
  EXPECT_EQ(profile.steps[0].number, 2);
  EXPECT_EQ(profile.steps[1].number, 3);
  EXPECT_FALSE(profile.flows.empty());
  EXPECT_EQ(profile.start_ns / 1'000'000'000, 1795459191);
}

}  // namespace
}  // namespace opscope::viewer::testing
