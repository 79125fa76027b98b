#include "run/run_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::run {
namespace {

using ::testing::HasSubstr;

struct CommandRun {
  int exit_code = 0;
  std::string out;
  std::string err;
};

CommandRun run(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_command(args, out, err);
  return {exit_code, out.str(), err.str()};
}

CommandRun run_signature(const std::string& model, const std::string& signature,
                         const std::vector<std::string>& more) {
  std::vector<std::string> args{
      "--dir",           std::string(OPSCOPE_SHARED) + "/corpus/savedmodels/" + model,
      "--tag_set",       "serve",
      "--signature_def", signature};
  args.insert(args.end(), more.begin(), more.end());
  return run(args);
}

TEST(Run, PrintsWhatTensorFlowPrints) {
  const std::string expected =
      testing::read_file(std::string(OPSCOPE_SHARED) + "/corpus/seed/saved_model_cli_run.txt");
  EXPECT_EQ(run_signature("seed_dmodule", "serving_default", {"--input_exprs", "x=4.0"}).out,
            expected);
  EXPECT_EQ(
      run_signature("while_cond_strings", "serving_default", {"--input_exprs=n=7;s='go'"}).out,
      "Result for output key acc:\n36\nResult for output key joined:\nb'go/1/3/5'\n");
  EXPECT_EQ(
      run_signature("tf1_simple_save", "serving_default", {"--input_exprs", "x=[[1, 2], [0, -1]]"})
          .out,
      "Result for output key y:\n[[ 7. 10.]\n [-3. -4.]]\n");
}

TEST(Run, TakesAndWritesArrays) {
  const testing::TempDir folder;
  const std::string array = std::string(OPSCOPE_TESTDATA) + "/npy/two.npz[x]";
  testing::write_file(folder / "none", "");
  const CommandRun lists = run_signature("tf1_simple_save", "serving_default",
                                         {"--input_exprs", "x=[[1, 2]]", "--outdir", folder / "o"});
  EXPECT_EQ(lists.exit_code, 0) << lists.err;
  EXPECT_THAT(lists.out, HasSubstr("Output y is saved to " + (folder / "o/y.npy")));
  const CommandRun again =
      run_signature("tf1_simple_save", "serving_default",
                    {"--inputs", "x=" + (folder / "o/y.npy"), "--outdir", folder / "o"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.out, HasSubstr("[[37. 54.]]"));
  EXPECT_THAT(again.err, HasSubstr("is there already, add --overwrite"));
  EXPECT_THAT(run_signature("tf1_simple_save", "serving_default", {"--inputs", "x=" + array}).err,
              HasSubstr("the input signature allows"));
}

TEST(Run, SaysWhatIsWrong) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"--nonsense", "1"}).exit_code, 2);
  EXPECT_EQ(run_signature("seed_dmodule", "serving_default", {}).exit_code, 2);
  EXPECT_EQ(run({"--help"}).exit_code, 0);
  const CommandRun key = run_signature("seed_dmodule", "serving_default", {"--input_exprs", "q=1"});
  EXPECT_EQ(key.exit_code, 1);
  EXPECT_THAT(key.err, HasSubstr("\"q\" is not a valid input key, choose from \"x\""));
  EXPECT_THAT(run_signature("seed_dmodule", "nothing", {"--input_exprs", "x=1"}).err,
              HasSubstr("choose from: serving_default"));
  EXPECT_THAT(run_signature("seed_dmodule", "serving_default", {"--input_exprs", "x=f()"}).err,
              HasSubstr("is no literal"));
}

}  // namespace
}  // namespace opscope::run
