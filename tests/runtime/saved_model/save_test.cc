#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "opscope/saved_model/bundle_reader.h"
#include "runtime/saved_model/demo_module.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope {
namespace {

using testing::DemoModule;
using ::testing::ElementsAre;
using testing::ThrowsError;

SaveOptions demo_options(const DemoModule& demo) {
  return {.functions = {{"addprint", demo.addprint()}},
          .signatures = {{"serving_default", demo.addprint()}}};
}

TEST(Save, WritesTheFilesOfASavedModelAndNothingElse) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  save(demo, folder / "demo/1", demo_options(demo));
  std::vector<std::string> files;
  for (const std::string& path : testing::files_below(folder.path())) {
    files.push_back(path.substr(folder.path().size() + 1));
  }
  EXPECT_THAT(files, ElementsAre("demo/1/fingerprint.pb", "demo/1/saved_model.pb",
                                 "demo/1/variables/variables.data-00000-of-00001",
                                 "demo/1/variables/variables.index"));
}

TEST(Save, TheLoadedModelContinuesFromTheSavedValue) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  EXPECT_EQ(demo.addprint()(5.f).item(), 6);
  save(demo, folder / "m", demo_options(demo));
  const LoadedModel loaded = load(folder / "m");
  EXPECT_EQ(loaded("addprint", 5.f).item(), 11);
  EXPECT_EQ(loaded.variable("x").read().item(), 11);
  EXPECT_EQ(demo.x().read().item(), 6);
  loaded.variable("x").assign(100.f);
  EXPECT_EQ(loaded.run("serving_default", {{"a", Tensor(1.f)}}).at("output_0").item(), 101);
  EXPECT_EQ(loaded("addprint", 1.f).item(), 102);
}

class Outer : public Module {
 public:
  Outer()
      : Module("Outer"),
        first_(add_module(DemoModule(1.f))),
        second_(add_module(DemoModule(2.f))),
        table_(add_variable("table", constant({{1, 2}, {3, 4}}), false)) {}
  [[nodiscard]] const DemoModule& first() const { return first_; }
  [[nodiscard]] const DemoModule& second() const { return second_; }
  [[nodiscard]] const Variable& table() const { return table_; }

 private:
  DemoModule first_;
  DemoModule second_;
  Variable table_;
};

TEST(Save, KeepsStructureTrainabilityAndSeveralTraces) {
  const testing::TempDir folder;
  const Outer outer;
  const auto scale = function(
      [&](const Tensor& v) {
        std::pair<Tensor, Tensor> result(v * 2.f + outer.first().x(), v + outer.second().x());
        return result;
      },
      {}, {.name = "scale"});
  (void)scale.get_concrete_function({{{}, DType::float32, "v"}});
  (void)scale.get_concrete_function({{{kAnyDim}, DType::float32, "v"}});
  save(outer, folder / "m", {.functions = {{"scale", scale}}});
  const LoadedModel loaded = load(folder / "m");
  std::vector<std::string> paths;
  for (const auto& [path, variable] : loaded.variables()) paths.push_back(path);
  EXPECT_THAT(paths, ElementsAre("d_module/x", "d_module_1/x", "table"));
  EXPECT_FALSE(loaded.variable("table").trainable());
  EXPECT_TRUE(loaded.variable("d_module/x").trainable());
  EXPECT_THAT(loaded.variable("table").read().values<std::int32_t>(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(loaded.function("scale").traces().size(), 2u);
  EXPECT_EQ(loaded.function("scale")({Tensor(3.f)})[1].item(), 5);
  EXPECT_THAT(loaded.function("scale")({constant({1.f, 2.f, 3.f})})[0].values<float>(),
              ElementsAre(3, 5, 7));
}

TEST(Save, ReplacesAModelAndNothingElse) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  save(demo, folder / "m", demo_options(demo));
  demo.x().assign(50.f);
  save(demo, folder / "m", demo_options(demo));
  EXPECT_EQ(load(folder / "m").variable("x").read().item(), 50);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  testing::write_file(folder / "m/notes.txt", "mine");
  EXPECT_THAT([&] { save(demo, folder / "m", demo_options(demo)); },
              ThrowsError(ErrorCode::failed_precondition, "holds notes.txt"));
  EXPECT_EQ(testing::read_file(folder / "m/notes.txt"), "mine");
}

TEST(Save, RefusesWhatCouldNotBeLoaded) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  const Variable stray(1.f, {.name = "stray"});
  const auto uses_stray = function([&](const Tensor& v) { return v + stray; });
  EXPECT_THAT(
      [&] {
        save(demo, folder / "m", {.functions = {{"f", uses_stray}}});
      },
      ThrowsError(ErrorCode::invalid_argument, "never called"));
  (void)uses_stray(1.f);
  EXPECT_THAT(
      [&] {
        save(demo, folder / "m", {.functions = {{"f", uses_stray}}});
      },
      ThrowsError(ErrorCode::invalid_argument, "stray:0, which no module owns"));
  EXPECT_THAT(
      [&] {
        save(demo, folder / "m", {.functions = {{"x", demo.addprint()}}});
      },
      ThrowsError(ErrorCode::invalid_argument, "the name 'x' is taken"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Save, CopiesAssets) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  testing::write_file(folder / "vocabulary.txt", "a\nb\n");
  SaveOptions options = demo_options(demo);
  options.assets = {folder / "vocabulary.txt"};
  options.is_durable = true;
  save(demo, folder / "m", options);
  EXPECT_EQ(testing::read_file(folder / "m/assets/vocabulary.txt"), "a\nb\n");
}

}  // namespace
}  // namespace opscope
