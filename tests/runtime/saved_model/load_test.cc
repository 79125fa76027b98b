// Models that TensorFlow wrote, against what TensorFlow computed with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "opscope/proto/saved_model.pb.h"
#include "opscope/runtime.h"
#include "opscope/runtime/saved_model.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope {
namespace {

using Json = nlohmann::json;
using testing::ThrowsError;

const std::string kModels = std::string(OPSCOPE_SHARED) + "/corpus/savedmodels/";

void flatten(const Json& value, std::vector<std::int64_t>& shape, std::vector<Json>& values,
             std::size_t depth = 0) {
  if (!value.is_array()) {
    values.push_back(value);
    return;
  }
  if (shape.size() == depth) shape.push_back(static_cast<std::int64_t>(value.size()));
  for (const Json& element : value) flatten(element, shape, values, depth + 1);
}

template <typename T>
Tensor tensor_of(const Json& json) {
  std::vector<std::int64_t> dims;
  std::vector<Json> leaves;
  flatten(json, dims, leaves);
  std::vector<T> values;
  for (const Json& leaf : leaves) values.push_back(leaf.get<T>());
  return constant(std::span<const T>(values), Shape(std::span<const std::int64_t>(dims)));
}

Tensor tensor_of(const Json& json, DType dtype) {
  if (dtype == DType::string) return tensor_of<std::string>(json);
  if (dtype == DType::int32) return tensor_of<std::int32_t>(json);
  return tensor_of<float>(json);
}

void expect_equal(const Tensor& actual, const Json& expected, const std::string& what) {
  EXPECT_EQ(dtype_name(actual.dtype()), expected["dtype"]) << what;
  ASSERT_EQ(
      Json(std::vector<std::int64_t>(actual.shape().dims().begin(), actual.shape().dims().end())),
      expected["shape"])
      << what;
  for (std::size_t i = 0; i < expected["values"].size(); ++i) {
    const Json& value = expected["values"][i];
    if (actual.dtype() == DType::string) {
      EXPECT_EQ(actual.values<std::string>()[i], value) << what;
    } else if (actual.dtype() == DType::int32) {
      EXPECT_EQ(actual.values<std::int32_t>()[i], value) << what;
    } else {
      const auto number = value.get<float>();
      EXPECT_NEAR(actual.values<float>()[i], number, 1e-6F + 2e-6F * std::abs(number)) << what;
    }
  }
}

TEST(Load, SignaturesOfTheCorpusGiveTensorFlowsResults) {
  const Json models = Json::parse(testing::read_file(kModels + "oracle.json"))["models"];
  int calls = 0;
  for (const auto& [name, facts] : models.items()) {
    const LoadedModel model = load(kModels + name);
    for (const Json& call : facts["calls"]) {
      const std::string signature = call["signature"];
      NamedTensors inputs;
      for (const TensorSpec& spec : model.signatures().at(signature).inputs) {
        inputs.emplace(spec.name, tensor_of(call["inputs"].at(spec.name), spec.dtype));
      }
      // Calls were made on models as they are in the file.
      const NamedTensors outputs = load(kModels + name).run(signature, inputs);
      ASSERT_EQ(outputs.size(), call["outputs"].size());
      for (const auto& [key, expected] : call["outputs"].items()) {
        expect_equal(outputs.at(key), expected, name + " " + signature + " " + key);
      }
      ++calls;
    }
  }
  EXPECT_EQ(calls, 10);
}

TEST(Load, CallsRestoredFunctionsByPath) {
  const LoadedModel model = load(kModels + "while_cond_strings");
  EXPECT_THAT(model.functions(), ::testing::ElementsAre("run"));
  const std::vector<Tensor> results = model.function("run")({Tensor(7), Tensor("go")});
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].item<int>(), 36);
  EXPECT_EQ(results[1].item<std::string>(), "go/1/3/5");
  EXPECT_THAT(model.function("run").traces()[0].output_names,
              ::testing::ElementsAre("acc", "joined"));
  model.variable("scale").assign(1);
  EXPECT_EQ(model.function("run")({Tensor(7), Tensor("go")})[0].item<int>(), 12);
}

TEST(Load, SaysWhatDoesNotFit) {
  const LoadedModel model = load(kModels + "seed_dmodule");
  EXPECT_THAT([&] { (void)model.function("nothing"); },
              ThrowsError(ErrorCode::not_found, "'nothing', there are: addprint"));
  EXPECT_THAT([&] { (void)model("addprint", 1); },
              ThrowsError(ErrorCode::invalid_argument, "they take (TensorSpec(shape=(), "));
  EXPECT_THAT([&] { (void)model.run("serving_default", {}); },
              ThrowsError(ErrorCode::invalid_argument, "needs the input 'x'"));
  EXPECT_THAT([&] { (void)load(kModels); }, ThrowsError(ErrorCode::not_found, "no SavedModel"));
  EXPECT_THAT([&] { (void)load(kModels + "seed_dmodule", {"gpu"}); },
              ThrowsError(ErrorCode::not_found, "there are: 'serve'"));
}

// The seed's model with two ops renamed to what nobody knows.
TEST(Load, NamesAllMissingOpsWhenTheFunctionIsCalled) {
  const testing::TempDir folder;
  std::filesystem::copy(kModels + "seed_dmodule", folder / "m",
                        std::filesystem::copy_options::recursive);
  proto::SavedModel model;
  ASSERT_TRUE(model.ParseFromString(testing::read_file(folder / "m/saved_model.pb")));
  for (auto& function :
       *model.mutable_meta_graphs(0)->mutable_graph_def()->mutable_library()->mutable_function()) {
    for (auto& node : *function.mutable_node_def()) {
      if (node.op() == "PrintV2" || node.op() == "AddV2") node.set_op("My" + node.op());
    }
  }
  std::filesystem::permissions(folder / "m/saved_model.pb", std::filesystem::perms::all);
  testing::write_file(folder / "m/saved_model.pb", model.SerializeAsString());
  const LoadedModel loaded = load(folder / "m");
  EXPECT_THAT([&] { (void)loaded("addprint", 1.f); },
              ThrowsError(ErrorCode::unimplemented,
                          "operations that are not known here: MyAddV2, MyPrintV2"));
  EXPECT_THAT(loaded.missing_ops(), ::testing::IsSupersetOf({"MyAddV2", "MyPrintV2"}));
}

}  // namespace
}  // namespace opscope
