#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "opscope/proto/graph.pb.h"
#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct CommandRun {
  int exit_code = 0;
  std::string out;
  std::string err;
};

CommandRun run(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_diff(args, out, err);
  return {exit_code, out.str(), err.str()};
}

class DiffCommand : public ::testing::Test {
 protected:
  // A file that holds x -> op(x) in scope `scope`.
  std::string graph_file(const std::string& name, const std::string& scope, const std::string& op) {
    proto::GraphDef graph;
    proto::NodeDef& x = *graph.add_node();
    x.set_name("x");
    x.set_op("Placeholder");
    proto::NodeDef& y = *graph.add_node();
    y.set_name(scope + "/y");
    y.set_op(op);
    y.add_input("x");
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << graph.SerializeAsString();
    return path;
  }

  opscope::testing::TempDir folder_;
};

TEST_F(DiffCommand, EqualGraphsExitWithZero) {
  const CommandRun result =
      run({"graph", graph_file("a.pb", "layer", "Neg"), graph_file("b.pb", "layer", "Neg")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "The graphs are equal: 2 nodes.\n");
}

TEST_F(DiffCommand, DifferencesAreListedAndExitWithThree) {
  const std::string a = graph_file("a.pb", "layer", "Neg");
  const std::string b = graph_file("b.pb", "layer", "Abs");
  const CommandRun text = run({"graph", a, b});
  EXPECT_EQ(text.exit_code, 3);
  EXPECT_EQ(text.out,
            "0 removed, 0 added, 1 changed, 0 renamed, 1 node unchanged\n\nChanged:\n"
            "  layer/y (Neg)\n    op: Neg -> Abs\n");
  const CommandRun json = run({"graph", a, b, "--json"});
  EXPECT_EQ(json.exit_code, 3);
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_EQ(document.at("equal"), false);
  EXPECT_EQ(document.at("unchanged"), 1);
  const auto& changed = document.at("changed").at(0);
  EXPECT_EQ(changed.at("name"), "layer/y");
  EXPECT_EQ(changed.at("changes").at(0).at("after"), "Abs");
}

TEST_F(DiffCommand, WholeScopesAreOneLine) {
  const std::string a = graph_file("a.pb", "layer", "Neg");
  const CommandRun renamed = run({"graph", a, graph_file("b.pb", "other", "Neg")});
  EXPECT_EQ(renamed.exit_code, 3);
  EXPECT_THAT(renamed.out, HasSubstr("Renamed:\n  layer -> other (1 node)\n"));
  const std::string empty = folder_ / "c.pbtxt";
  std::ofstream(empty) << "node { name: \"x\" op: \"Placeholder\" }\n";
  EXPECT_THAT(run({"graph", a, empty}).out, HasSubstr("Removed:\n  layer (1 node)\n"));
}

TEST_F(DiffCommand, SaysWhatIsWrongWithItsArguments) {
  const std::string a = graph_file("a.pb", "layer", "Neg");
  EXPECT_EQ(run({"graph", a}).exit_code, 2);
  EXPECT_EQ(run({"pictures", a, a}).exit_code, 2);
  const CommandRun missing = run({"graph", a, folder_ / "none"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.out, IsEmpty());
  EXPECT_THAT(missing.err, HasSubstr("none"));
  EXPECT_EQ(run({"graph", a, a, "--tag", "nothing"}).exit_code, 1);
}

}  // namespace
}  // namespace opscope::viewer
