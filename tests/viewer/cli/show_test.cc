#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/python_text.h"
#include "cli/restored_names.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/proto/saved_model.pb.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct CommandRun {
  int exit_code = 0;
  std::string out;
  std::string err;
};

CommandRun show(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_show(args, out, err);
  return {exit_code, out.str(), err.str()};
}

CommandRun scan(const std::vector<std::string>& args) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = run_scan(args, out, err);
  return {exit_code, out.str(), err.str()};
}

const std::string kModels = std::string(OPSCOPE_SHARED) + "/corpus/savedmodels/";

// The original prints the set of ops in hash order.
std::string with_sorted_ops(const std::string& text) {
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t brace = line.find("following ops: {");
    if (brace != std::string::npos) {
      const std::size_t begin = line.find('{') + 1;
      std::vector<std::string> ops;
      std::istringstream words(line.substr(begin, line.size() - begin - 1));
      for (std::string word; words >> word;) ops.push_back(word.substr(0, word.rfind('\'') + 1));
      std::sort(ops.begin(), ops.end());
      line.erase(begin);
      for (const std::string& op : ops) line += (line.back() == '{' ? "" : ", ") + op;
      line += "}";
    }
    result += line + "\n";
  }
  return result;
}

TEST(Show, PrintsWhatTensorFlowPrintedForTheCorpus) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kModels)) {
    if (!entry.is_directory()) continue;
    const std::string expected = testing::read_file(entry.path().string() + ".show_all.txt");
    const CommandRun result = show({"--dir", entry.path().string(), "--all"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, with_sorted_ops(expected)) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 5);
}

TEST(Show, ListsTagSetsKeysAndOneSignature) {
  const std::string folder = kModels + "seed_dmodule";
  EXPECT_EQ(show({"--dir", folder}).out,
            "The given SavedModel contains the following tag-sets:\n'serve'\n");
  EXPECT_EQ(show({"--dir", folder, "--list_ops"}).out,
            "--list_ops must be paired with a tag-set or with --all.\n"
            "The given SavedModel contains the following tag-sets:\n'serve'\n");
  EXPECT_EQ(show({"--dir", folder, "--tag_set", "serve"}).out,
            "The given SavedModel MetaGraphDef contains SignatureDefs with the following keys:\n"
            "SignatureDef key: \"__saved_model_init_op\"\n"
            "SignatureDef key: \"serving_default\"\n");
  EXPECT_EQ(show({"--dir", folder, "--tag_set", "serve", "--signature_def", "serving_default"}).out,
            "The given SavedModel SignatureDef contains the following input(s):\n"
            "  inputs['x'] tensor_info:\n"
            "      dtype: DT_FLOAT\n"
            "      shape: ()\n"
            "      name: serving_default_x:0\n"
            "The given SavedModel SignatureDef contains the following output(s):\n"
            "  outputs['output_0'] tensor_info:\n"
            "      dtype: DT_FLOAT\n"
            "      shape: ()\n"
            "      name: StatefulPartitionedCall:0\n"
            "Method name is: tensorflow/serving/predict\n");
  EXPECT_THAT(show({"--dir", kModels + "tf1_simple_save", "--tag_set", "serve", "--list_ops"}).out,
              StartsWith("The MetaGraph with tag set ['serve'] contains the following ops: "
                         "{'Assign', 'Const', 'Identity', 'MatMul', "));
}

TEST(Show, SaysWhatIsMissing) {
  const std::string folder = kModels + "seed_dmodule";
  EXPECT_EQ(show({"--all"}).exit_code, 2);
  EXPECT_EQ(show({"--dir", folder, "--nonsense"}).exit_code, 2);
  const CommandRun nowhere = show({"--dir", folder + "/variables", "--all"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_EQ(nowhere.out, "");
  EXPECT_THAT(nowhere.err, StartsWith("opscope: no SavedModel, " + folder + "/variables, looked"));
  const CommandRun tags = show({"--dir", folder, "--tag_set", "serve,gpu"});
  EXPECT_EQ(tags.exit_code, 1);
  EXPECT_THAT(tags.err, HasSubstr("no graph with the tag-set 'serve,gpu'"));
  EXPECT_THAT(tags.err, HasSubstr("there are: 'serve'"));
  const CommandRun key = show({"--dir", folder, "--tag_set", "serve", "--signature_def", "x"});
  EXPECT_EQ(key.exit_code, 1);
  EXPECT_THAT(key.err, HasSubstr("choose from: __saved_model_init_op, serving_default"));
}

TEST(Show, NamesTheByteOfDamage) {
  const testing::TempDir folder;
  const std::string good = testing::read_file(kModels + "seed_dmodule/saved_model.pb");
  for (std::size_t size = 1; size < good.size(); size += 97) {
    testing::write_file(folder / "saved_model.pb", good.substr(0, size));
    const CommandRun result = show({"--dir", folder.path(), "--all"});
    EXPECT_EQ(result.exit_code, 1) << size;
    EXPECT_THAT(result.err, HasSubstr("saved_model.pb: no SavedModel, or a damaged one, at byte "));
  }
}

TEST(Show, ReadsTheTextForm) {
  const testing::TempDir folder;
  testing::write_file(folder / "saved_model.pbtxt",
                      "meta_graphs { meta_info_def { tags: 'a' tags: \"b's\" } }");
  EXPECT_EQ(show({"--dir", folder.path(), "--all"}).out,
            "\nMetaGraphDef with tag-set: 'a, b's' contains the following SignatureDefs:\n"
            "The MetaGraph with tag set ['a', \"b's\"] contains the following ops: set()\n");
  testing::write_file(folder / "saved_model.pbtxt", "meta_graphs {\n nonsense: 1 }");
  EXPECT_THAT(show({"--dir", folder.path(), "--all"}).err, HasSubstr("at line 2, column"));
}

TEST(Scan, FindsDeniedOps) {
  const std::string folder = kModels + "seed_dmodule";
  EXPECT_EQ(
      scan({"--dir", folder}).out,
      "MetaGraph with tag set ['serve'] contains the following denylisted ops: {'PrintV2'}\n");
  EXPECT_EQ(scan({"--dir", kModels + "multi_sig"}).out,
            "MetaGraph with tag set ['serve'] does not contain the default denylisted ops: "
            "{'PrintV2', 'ReadFile', 'WriteFile'}\n");
  EXPECT_EQ(scan({"--dir", folder, "--tag_set", "serve", "--op_denylist", "AddV2, Neg"}).out,
            "MetaGraph with tag set ['serve'] contains the following denylisted ops: {'AddV2'}\n");
  EXPECT_EQ(scan({}).exit_code, 2);
}

// Checked with Python 3.11.
TEST(PythonText, PrintsFloatsAndStringsAsPythonDoes) {
  EXPECT_EQ(python_float(0.1), "0.1");
  EXPECT_EQ(python_float(3), "3.0");
  EXPECT_EQ(python_float(1e16), "1e+16");
  EXPECT_EQ(python_float(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(python_float(0.0001), "0.0001");
  EXPECT_EQ(python_float(0.00001), "1e-05");
  EXPECT_EQ(python_float(-1e100), "-1e+100");
  EXPECT_EQ(python_string("it's"), "\"it's\"");
  EXPECT_EQ(python_string("a'\"\n\x01\\"), "'a\\'\"\\n\\x01\\\\'");
}

// f calls g, so g is loaded first and takes the smaller number.
TEST(RestoredNames, CountWhatTensorFlowCounts) {
  proto::MetaGraphDef meta;
  auto& library = *meta.mutable_graph_def()->mutable_library();
  auto& f = *library.add_function();
  f.mutable_signature()->set_name("__inference_f_100");
  f.mutable_signature()->add_input_arg();
  auto& call = *f.add_node_def();
  call.set_op("PartitionedCall");
  (*call.mutable_attr())["f"].mutable_func()->set_name("g");
  library.add_function()->mutable_signature()->set_name("g");
  const auto names = restored_names(meta);
  EXPECT_EQ(names.at("g"), "__inference_g_3");
  EXPECT_EQ(names.at("__inference_f_100"), "__inference_f_7");
}

}  // namespace
}  // namespace opscope::viewer
