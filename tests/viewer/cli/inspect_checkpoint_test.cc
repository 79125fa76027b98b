#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "cli/tensor_numbers.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

struct CommandRun {
  int exit_code = 0;
  std::string out;
  std::string err;
};

CommandRun inspect(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_inspect(args, out, err);
  return {exit_code, out.str(), err.str()};
}

const std::string kBundle = std::string(OPSCOPE_TESTDATA) + "/bundle/";

TEST(InspectCheckpoint, ListsTensors) {
  const CommandRun result = inspect({kBundle + "sharded", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Json document = Json::parse(result.out);
  EXPECT_EQ(document["checkpoints"][0]["shards"], 2);
  EXPECT_EQ(document["checkpoints"][0]["tensors"],
            Json::parse(R"([{"name": "a", "dtype": "DT_INT32", "shape": [2, 2], "bytes": 16},
                            {"name": "b", "dtype": "DT_DOUBLE", "shape": [], "bytes": 8},
                            {"name": "text", "dtype": "DT_STRING", "shape": [3], "bytes": 209}])"));
  EXPECT_EQ(inspect({kBundle + "sharded.index"}).out, "Checkpoint " + kBundle +
                                                          "sharded: 3 tensors\n"
                                                          "  tensor  dtype      shape   bytes\n"
                                                          "  a       DT_INT32   [2, 2]     16\n"
                                                          "  b       DT_DOUBLE  []          8\n"
                                                          "  text    DT_STRING  [3]       209\n");
}

TEST(InspectCheckpoint, ReadsValuesAndStatisticsOnDemand) {
  const Json tensors =
      Json::parse(inspect({kBundle + "parted", "--json", "--statistics", "--tensor", "w"})
                      .out)["checkpoints"][0]["tensors"];
  ASSERT_EQ(tensors.size(), 1U);
  const Json& statistics = tensors[0]["statistics"];
  EXPECT_EQ(statistics["elements"], 600);
  EXPECT_EQ(statistics["min"], 0.0);
  EXPECT_EQ(statistics["max"], 599.0);
  EXPECT_EQ(statistics["mean"], 299.5);
  EXPECT_EQ(statistics["zeros"], 1);
  EXPECT_NEAR(statistics["std"].get<double>(), 173.20, 0.01);
  EXPECT_THAT(inspect({kBundle + "sharded", "--values", "--tensor", "a"}).out,
              HasSubstr("  a = 1 2 3 4\n"));
}

TEST(InspectCheckpoint, ShowsTheVariablesOfASavedModel) {
  const std::string model = std::string(OPSCOPE_SHARED) + "/corpus/savedmodels/seed_dmodule";
  const Json document = Json::parse(inspect({model, "--json", "--values"}).out);
  const Json& tensors = document["checkpoints"][0]["tensors"];
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(tensors[1]["name"], "v/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_EQ(tensors[1]["values"], Json::parse("[1.5]"));
  EXPECT_EQ(document["saved_models"].size(), 1U);
}

TEST(InspectCheckpoint, NamesDamage) {
  const testing::TempDir folder;
  testing::write_file(folder / "c.index", "not a table");
  const CommandRun result = inspect({folder / "c"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("c.index: the table is cut short, at byte 11"));
}

TEST(TensorStatistics, LeavesOutWhatIsNotFinite) {
  const TensorStatistics statistics = statistics_of({1, NAN, 3, INFINITY, 0});
  EXPECT_EQ(statistics.count, 5U);
  EXPECT_EQ(statistics.not_finite, 2U);
  EXPECT_DOUBLE_EQ(statistics.mean, 4.0 / 3);
  EXPECT_EQ(statistics.max, 3);
}

}  // namespace
}  // namespace opscope::viewer
