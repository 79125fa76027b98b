#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "opscope/proto/saved_model.pb.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;

using Edit = std::function<void(proto::MetaGraphDef& meta)>;

void set_tensor(proto::TensorInfo& info, proto::DataType dtype, std::vector<std::int64_t> shape) {
  info.set_name("node:0");
  info.set_dtype(dtype);
  info.mutable_tensor_shape()->clear_dim();
  for (const std::int64_t size : shape) info.mutable_tensor_shape()->add_dim()->set_size(size);
}

class DiffSignatures : public ::testing::Test {
 protected:
  // A SavedModel whose one signature takes x and gives y, changed by `edit`.
  std::string model(const std::string& name, const Edit& edit = {}) {
    proto::SavedModel model;
    proto::MetaGraphDef& meta = *model.add_meta_graphs();
    meta.mutable_meta_info_def()->add_tags("serve");
    proto::SignatureDef& signature = (*meta.mutable_signature_def())["serving_default"];
    signature.set_method_name("tensorflow/serving/predict");
    set_tensor((*signature.mutable_inputs())["x"], proto::DT_FLOAT, {-1, 3});
    set_tensor((*signature.mutable_outputs())["y"], proto::DT_FLOAT, {});
    if (edit) edit(meta);
    std::filesystem::create_directory(folder_ / name);
    testing::write_file(folder_ / name + "/saved_model.pb", model.SerializeAsString());
    return folder_ / name;
  }

  static proto::SignatureDef& serving(proto::MetaGraphDef& meta) {
    return meta.mutable_signature_def()->at("serving_default");
  }

  int run(std::vector<std::string> args) {
    args.insert(args.begin(), "signatures");
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code = run_diff(args, out, err);
    out_ = out.str();
    err_ = err.str();
    return exit_code;
  }

  opscope::testing::TempDir folder_;
  std::string out_;
  std::string err_;
};

TEST_F(DiffSignatures, EqualOnesExitWithZeroWhateverTheNodesAreCalled) {
  const std::string b = model("b", [](proto::MetaGraphDef& meta) {
    serving(meta).mutable_inputs()->at("x").set_name("other:0");
  });
  EXPECT_EQ(run({model("a"), b}), 0) << err_;
  EXPECT_EQ(out_, "The signatures are equal: 1.\n");
}

TEST_F(DiffSignatures, ListsWhatWasAddedRemovedAndChanged) {
  const std::string b = model("b", [](proto::MetaGraphDef& meta) {
    proto::SignatureDef& signature = serving(meta);
    set_tensor(signature.mutable_inputs()->at("x"), proto::DT_INT32, {-1, 4});
    set_tensor((*signature.mutable_inputs())["z"], proto::DT_STRING, {});
    signature.mutable_inputs()->at("z").mutable_tensor_shape()->set_unknown_rank(true);
    signature.mutable_outputs()->erase("y");
    (*meta.mutable_signature_def())["train"].set_method_name("m");
  });
  EXPECT_EQ(run({model("a"), b}), 3);
  EXPECT_EQ(out_,
            "signature_def['serving_default']:\n"
            "  input 'x': dtype DT_FLOAT -> DT_INT32\n"
            "  input 'x': shape (-1, 3) -> (-1, 4)\n"
            "  input 'z' was added: DT_STRING unknown_rank\n"
            "  output 'y' was removed: DT_FLOAT ()\n"
            "signature_def['train']:\n"
            "  the signature was added\n");
  EXPECT_EQ(run({b, folder_ / "a", "--json"}), 3);
  const auto document = nlohmann::json::parse(out_);
  EXPECT_EQ(document.at("equal"), false);
  EXPECT_EQ(document.at("changes").size(), 5U);
  EXPECT_EQ(document.at("changes").at(2).at("kind"), "removed");
  EXPECT_EQ(document.at("changes").at(4).at("signature"), "train");
}

TEST_F(DiffSignatures, ChoosesAmongGraphsByTheirTags) {
  const Edit two_tags = [](proto::MetaGraphDef& meta) {
    meta.mutable_meta_info_def()->add_tags("gpu");
  };
  const std::string a = model("a", two_tags);
  EXPECT_EQ(run({a, a, "--tag", "gpu,serve"}), 0) << err_;
  EXPECT_EQ(run({a, a, "--tag", "tpu"}), 1);
  EXPECT_THAT(err_, HasSubstr("gpu,serve"));
}

TEST_F(DiffSignatures, SaysThatThereIsNoModel) {
  EXPECT_EQ(run({model("a"), folder_ / "none"}), 1);
  EXPECT_THAT(err_, HasSubstr("none"));
}

}  // namespace
}  // namespace opscope::viewer
