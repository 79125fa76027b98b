// opscope diff profile and diff scalars.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "opscope/summary/file_writer.h"
#include "support/temp_dir.h"
#include "viewer/model/profile_fixture.h"

namespace opscope::viewer {
namespace {

using opscope::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct CommandRun {
  int exit_code = 0;
  std::string out;
  std::string err;

  [[nodiscard]] nlohmann::json document() const { return nlohmann::json::parse(out); }
};

CommandRun diff(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_diff(args, out, err);
  return {exit_code, out.str(), err.str()};
}

// A file with `calls` events "op" of that duration, and one event of another name.
std::string write_profile(const TempDir& dir, const std::string& name, int calls,
                          std::int64_t duration_ps, const std::string& other) {
  testing::SpaceBuilder builder;
  builder.line("main");
  for (int i = 0; i < calls; ++i) builder.event("op", i * 1'000'000, duration_ps);
  builder.event(other, 100'000'000, 5'000);
  std::ofstream file(dir / name);
  EXPECT_TRUE(builder.space().SerializeToOstream(&file));
  return dir / name;
}

TEST(DiffProfile, CutsOnlyTheTableAtLongNames) {
  const TempDir dir;
  const std::string long_name = "begin" + std::string(300, 'x') + "end";
  const std::string a = write_profile(dir, "a.xplane.pb", 1, 1'000, "old");
  const std::string b = write_profile(dir, "b.xplane.pb", 1, 1'000, long_name);
  const CommandRun table = diff({"profile", a, b});
  EXPECT_THAT(table.out, HasSubstr("begin"));
  EXPECT_THAT(table.out, HasSubstr("…"));
  EXPECT_THAT(table.out, Not(HasSubstr(long_name)));
  EXPECT_THAT(diff({"profile", a, b, "--json"}).out, HasSubstr(long_name));
}

TEST(DiffProfile, SaysWhatTakesLongerAndWhatIsNew) {
  const TempDir dir;
  const std::string a = write_profile(dir, "a.xplane.pb", 2, 1'000, "old");
  const std::string b = write_profile(dir, "b.xplane.pb", 4, 3'000, "new");
  const CommandRun run = diff({"profile", a, b, "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, IsEmpty());
  const nlohmann::json document = run.document();
  EXPECT_FALSE(document["equal"]);
  ASSERT_EQ(document["changes"].size(), 3);
  const nlohmann::json& op = document["changes"][0];  // the largest change
  EXPECT_EQ(op["key"], "op");
  EXPECT_EQ(op["total_change_ps"], 10'000);
  EXPECT_EQ(op["a"]["calls"], 2);
  EXPECT_EQ(op["b"]["mean_ps"], 3'000);
  EXPECT_EQ(document["changes"][1]["key"], "new");
  EXPECT_TRUE(document["changes"][1]["a"].is_null());
  EXPECT_TRUE(document["changes"][2]["b"].is_null());

  const CommandRun text = diff({"profile", a, b, "--top", "1"});
  EXPECT_THAT(text.out, HasSubstr("+200 %"));
  EXPECT_THAT(text.out, HasSubstr("1 of 3 changes"));
}

TEST(DiffProfile, IsEqualToItselfAndWithinTheThreshold) {
  const TempDir dir;
  const std::string a = write_profile(dir, "a.xplane.pb", 2, 1'000, "other");
  const std::string b = write_profile(dir, "b.xplane.pb", 2, 1'040, "other");
  const CommandRun same = diff({"profile", a, a});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_EQ(same.out, "The profiles are equal: 2 rows.\n");
  EXPECT_EQ(diff({"profile", a, b}).exit_code, 3);
  EXPECT_EQ(diff({"profile", a, b, "--threshold", "5"}).exit_code, 0);
  EXPECT_EQ(diff({"profile", a, b, "--threshold", "3"}).exit_code, 3);
  const std::string more = write_profile(dir, "c.xplane.pb", 3, 1'000, "other");
  EXPECT_EQ(diff({"profile", a, more, "--threshold", "50"}).exit_code, 3) << "counts differ";
}

TEST(DiffProfile, SaysWhereThereIsNone) {
  const TempDir dir;
  const std::string a = write_profile(dir, "a.xplane.pb", 1, 1, "other");
  const TempDir empty;
  const CommandRun run = diff({"profile", a, empty.path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr(empty.path()));
}

void write_curve(const std::string& logdir, const std::string& tag,
                 const std::vector<double>& values) {
  summary::FileWriter writer = summary::create_file_writer(logdir);
  for (std::size_t i = 0; i < values.size(); ++i) {
    writer.scalar(tag, values[i], static_cast<std::int64_t>(i));
  }
  writer.close();
}

TEST(DiffScalars, ComparesPointByPoint) {
  const TempDir a;
  const TempDir b;
  write_curve(a / "x", "loss", {1, 2, 3});
  write_curve(b / "x", "loss", {1, 2.5, 3});
  write_curve(a / "x2", "same", {1, 2});
  write_curve(b / "x2", "same", {1, 2});
  write_curve(a / "y", "gone", {7});
  write_curve(b / "y", "new", {8, 9});
  const CommandRun run = diff({"scalars", a.path(), b.path(), "--json"});
  EXPECT_EQ(run.exit_code, 3);
  const nlohmann::json document = run.document();
  EXPECT_EQ(document["unchanged"], 1);
  ASSERT_EQ(document["changes"].size(), 3);
  EXPECT_EQ(document["changes"][0]["tag"], "gone");
  EXPECT_EQ(document["changes"][0]["points_b"], 0);
  EXPECT_EQ(document["changes"][1]["tag"], "new");
  EXPECT_EQ(document["changes"][1]["last_b"], 9);
  EXPECT_EQ(document["changes"][2]["tag"], "loss");
  EXPECT_EQ(document["changes"][2]["largest_change"], 0.5);
  EXPECT_EQ(document["changes"][2]["at_step"], 1);
  EXPECT_EQ(diff({"scalars", a.path(), b.path(), "--run", "x2"}).exit_code, 0);
  EXPECT_EQ(diff({"scalars", a.path(), b.path(), "--tag", "loss", "--threshold", "30"}).exit_code,
            0);
}

TEST(DiffScalars, TakesOneRunOfAnyName) {
  const TempDir a;
  const TempDir b;
  write_curve(a / "first", "loss", {1, NAN});
  write_curve(b / "second", "loss", {1, NAN});
  const CommandRun run = diff({"scalars", a.path(), b.path()});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_EQ(run.out, "The scalars are equal: 1 curves.\n");
}

TEST(DiffScalars, SaysWhenThereIsNothing) {
  const TempDir a;
  const TempDir b;
  write_curve(a / "x", "loss", {1});
  write_curve(b / "x", "loss", {1});
  const CommandRun run = diff({"scalars", a.path(), b.path(), "--tag", "missing"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("no scalars"));
}

}  // namespace
}  // namespace opscope::viewer
