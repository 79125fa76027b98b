#include "opscope/keras/callbacks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <set>

#include "opscope/keras.h"
#include "opscope/proto/event.pb.h"
#include "opscope/runtime/checkpoint.h"
#include "summary/read_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::keras {
namespace {

using ::testing::UnorderedElementsAre;

Sequential small_model() {
  clear_session();
  Sequential model(ModelOptions{.name = "small"});
  model.add(Dense(1, {.kernel_initializer = keras::zeros(), .input_shape = Shape{2}}));
  model.compile({.optimizer = SGD({.learning_rate = 0.1}),
                 .loss = {mean_squared_error()},
                 .metrics = {mae()}});
  return model;
}

const Tensor& inputs() {
  static const Tensor x = stateless_random_normal({20, 2}, {1, 2});
  return x;
}
const Tensor& labels() {
  static const Tensor y = reduce_sum(inputs(), {.axes = Axes{1}, .keep_dims = true});
  return y;
}

TEST(EarlyStopping, EndsWhenNothingImproves) {
  Sequential model = small_model();
  EarlyStopping stop({.monitor = "loss", .min_delta = 100, .patience = 2});
  const History history = model.fit(inputs(), labels(), {.epochs = 50, .callbacks = {&stop}});
  EXPECT_EQ(history.epoch.size(), 3u);
  EXPECT_EQ(stop.stopped_epoch(), 2);
}

TEST(LearningRateScheduler, SetsTheRateOfEachEpoch) {
  Sequential model = small_model();
  LearningRateScheduler scheduler(
      [](int epoch, double rate) { return epoch < 2 ? rate : rate / 2; });
  std::vector<double> rates;
  LambdaCallback note({.on_epoch_end = [&](int, const Logs&) {
    rates.push_back(model.optimizer().learning_rate());
  }});
  model.fit(inputs(), labels(), {.epochs = 4, .callbacks = {&scheduler, &note}});
  ASSERT_EQ(rates.size(), 4u);
  EXPECT_FLOAT_EQ(static_cast<float>(rates[1]), 0.1f);
  EXPECT_FLOAT_EQ(static_cast<float>(rates[2]), 0.05f);
  EXPECT_FLOAT_EQ(static_cast<float>(rates[3]), 0.025f);
}

TEST(ModelCheckpoint, KeepsTheWeightsOfEachEpoch) {
  const testing::TempDir folder;
  Sequential model = small_model();
  ModelCheckpoint checkpoint(folder.path() + "/w-{epoch:02d}-{loss:.1f}-{mae}");
  std::vector<Tensor> first;
  LambdaCallback keep({.on_epoch_end = [&](int epoch, const Logs&) {
    if (epoch == 0) {
      first = model.get_weights();
      EXPECT_NE(checkpoint.last_written().find("/w-01-"), std::string::npos);
    }
  }});
  std::string written;
  LambdaCallback note({.on_epoch_end = [&](int epoch, const Logs&) {
    if (epoch == 0) written = checkpoint.last_written();
  }});
  model.fit(inputs(), labels(), {.epochs = 2, .callbacks = {&checkpoint, &keep, &note}});
  EXPECT_NE(repr(model.get_weights()[0]), repr(first[0]));
  Checkpoint(model).restore(written);
  EXPECT_EQ(repr(model.get_weights()[0]), repr(first[0]));
}

TEST(ModelCheckpoint, WritesOnlyTheBest) {
  const testing::TempDir folder;
  Sequential model = small_model();
  model.compile({.optimizer = SGD({.learning_rate = 10.0}), .loss = {mean_squared_error()}});
  ModelCheckpoint checkpoint(folder.path() + "/best-{epoch}",
                             {.monitor = "loss", .save_best_only = true});
  model.fit(inputs(), labels(), {.epochs = 4, .callbacks = {&checkpoint}});
  EXPECT_EQ(checkpoint.last_written(), folder.path() + "/best-1");
}

TEST(ModelCheckpoint, NamesTheValuesThatThereAre) {
  Sequential model = small_model();
  ModelCheckpoint checkpoint("w-{val_loss}");
  EXPECT_THROW(model.fit(inputs(), labels(), {.callbacks = {&checkpoint}}), Error);
}

TEST(EarlyStopping, BringsBackTheBestWeights) {
  Sequential model = small_model();
  model.compile({.optimizer = SGD({.learning_rate = 10.0}), .loss = {mean_squared_error()}});
  EarlyStopping stop({.monitor = "loss", .patience = 1, .restore_best_weights = true});
  std::vector<Tensor> first;
  LambdaCallback keep({.on_epoch_end = [&](int epoch, const Logs&) {
    if (epoch == 0) first = model.get_weights();
  }});
  model.fit(inputs(), labels(), {.epochs = 5, .callbacks = {&keep, &stop}});
  EXPECT_EQ(stop.stopped_epoch(), 1);
  EXPECT_EQ(repr(model.get_weights()[0]), repr(first[0]));
}

TEST(ReduceLROnPlateau, LowersTheRate) {
  Sequential model = small_model();
  ReduceLROnPlateau reduce({.monitor = "loss", .factor = 0.5, .patience = 1, .min_delta = 100});
  model.fit(inputs(), labels(), {.epochs = 3, .callbacks = {&reduce}});
  EXPECT_NEAR(model.optimizer().learning_rate(), 0.025, 1e-7);
}

TEST(TerminateOnNaN, Ends) {
  Sequential model = small_model();
  TerminateOnNaN terminate;
  const Tensor bad = labels() * std::numeric_limits<float>::quiet_NaN();
  const History history = model.fit(inputs(), bad, {.epochs = 5, .callbacks = {&terminate}});
  EXPECT_EQ(history.epoch.size(), 1u);
}

TEST(CSVLogger, WritesALinePerEpoch) {
  const opscope::testing::TempDir folder;
  const std::string path = folder.path() + "/log.csv";
  Sequential model = small_model();
  CSVLogger csv(path);
  const History history =
      model.fit(inputs(), labels(), {.epochs = 2, .callbacks = {&csv}, .validation_split = 0.5});
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "epoch,loss,mae,val_loss,val_mae");
  EXPECT_EQ(lines[2].substr(0, 2), "1,");
  EXPECT_NEAR(std::stod(lines[1].substr(2)), history.at("loss")[0], 1e-9);
}

TEST(Callbacks, AreCalledInOrder) {
  struct Recorder : Callback {
    std::string calls;
    void on_train_begin() override { calls += "T"; }
    void on_train_end(const Logs&) override { calls += "t"; }
    void on_epoch_begin(int) override { calls += "E"; }
    void on_epoch_end(int, const Logs& logs) override {
      calls += logs.find("val_loss") != nullptr ? "e" : "?";
    }
    void on_train_batch_begin(std::int64_t) override { calls += "B"; }
    void on_train_batch_end(std::int64_t, const Logs&) override { calls += "b"; }
    void on_test_begin() override { calls += "V"; }
    void on_test_end(const Logs&) override { calls += "v"; }
  };
  Recorder recorder;
  EXPECT_THROW((void)recorder.model(), Error);
  Sequential model = small_model();
  model.fit(inputs(), labels(),
            {.batch_size = 10,
             .epochs = 2,
             .callbacks = {&recorder},
             .validation_data = ValidationData{inputs(), labels()}});
  EXPECT_EQ(recorder.calls, "TEBbBbVveEBbBbVvet");
}

// "plugin:tag@step" of every record of a run.
std::multiset<std::string> records_of(const std::string& run) {
  std::multiset<std::string> records;
  for (const proto::Event& event : opscope::testing::events_below(run)) {
    if (!event.graph_def().empty()) records.insert("graph");
    for (const proto::Summary::Value& value : event.summary().value()) {
      records.insert(value.metadata().plugin_data().plugin_name() + ":" + value.tag() + "@" +
                     std::to_string(event.step()));
    }
  }
  return records;
}

TEST(TensorBoard, WritesWhatKerasWrites) {
  const opscope::testing::TempDir folder;
  const std::string logdir = folder.path();
  Sequential model = small_model();
  TensorBoard board(logdir, {.histogram_freq = 2, .update_freq = 2});
  model.fit(inputs(), labels(),
            {.batch_size = 5,
             .epochs = 2,
             .callbacks = {&board},
             .validation_data = ValidationData{inputs(), labels()}});
  EXPECT_THAT(
      records_of(logdir + "/train"),
      UnorderedElementsAre(
          "graph", "graph_keras_model:keras@0", "scalars:epoch_loss@0", "scalars:epoch_mae@0",
          "scalars:epoch_learning_rate@0", "scalars:epoch_loss@1", "scalars:epoch_mae@1",
          "scalars:epoch_learning_rate@1", "scalars:batch_loss@2", "scalars:batch_mae@2",
          "scalars:batch_loss@4", "scalars:batch_mae@4", "scalars:batch_loss@6",
          "scalars:batch_mae@6", "scalars:batch_loss@8", "scalars:batch_mae@8",
          "histograms:small/dense/kernel/histogram@0", "histograms:small/dense/bias/histogram@0"));
  EXPECT_THAT(
      records_of(logdir + "/validation"),
      UnorderedElementsAre("scalars:epoch_loss@0", "scalars:epoch_mae@0", "scalars:epoch_loss@1",
                           "scalars:epoch_mae@1", "scalars:evaluation_loss_vs_iterations@4",
                           "scalars:evaluation_mae_vs_iterations@4",
                           "scalars:evaluation_loss_vs_iterations@8",
                           "scalars:evaluation_mae_vs_iterations@8"));
}

TEST(TensorBoard, ProfilesBatches) {
  const opscope::testing::TempDir folder;
  const std::string logdir = folder.path();
  Sequential model = small_model();
  TensorBoard board(logdir,
                    {.write_graph = false, .profile_first_batch = 2, .profile_last_batch = 3});
  model.fit(inputs(), labels(), {.batch_size = 5, .callbacks = {&board}});
  EXPECT_THAT(records_of(logdir + "/train"), ::testing::Contains("graph_run_metadata:batch_3@3"));
  const std::vector<std::string> files = opscope::testing::files_below(logdir + "/train/plugins");
  ASSERT_EQ(files.size(), 1u);
  EXPECT_THAT(files[0], ::testing::HasSubstr(".xplane.pb"));
  EXPECT_THROW(TensorBoard(logdir, {.profile_first_batch = 3, .profile_last_batch = 2}), Error);
}

}  // namespace
}  // namespace opscope::keras
