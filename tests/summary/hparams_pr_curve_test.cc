#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "opscope/proto/hparams_plugin_data.pb.h"
#include "opscope/summary/hparams.h"
#include "opscope/summary/pr_curve.h"
#include "summary/read_events.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAreArray;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

class Kinds : public ::testing::Test {
 protected:
  // The only value that was written.
  proto::Summary::Value value() {
    writer_.close();
    return testing::events_below(dir_.path()).at(0).summary().value(0);
  }

  proto::hparams::HParamsPluginData hparams_data(const std::string& tag) {
    const proto::Summary::Value written = value();
    EXPECT_EQ(written.tag(), tag);
    EXPECT_EQ(written.metadata().plugin_data().plugin_name(), "hparams");
    EXPECT_EQ(written.tensor().dtype(), proto::DT_FLOAT);
    EXPECT_EQ(written.tensor().tensor_shape().dim(0).size(), 0);
    proto::hparams::HParamsPluginData data;
    EXPECT_TRUE(data.ParseFromString(written.metadata().plugin_data().content()));
    return data;
  }

  testing::TempDir dir_;
  FileWriter writer_ = create_file_writer(dir_.path(), {.wall_clock = [] { return 7.5; }});
};

using HParams = Kinds;
using PrCurve = Kinds;

TEST_F(HParams, DeclareAnExperiment) {
  hparams_experiment(writer_,
                     {{.name = "optimizer", .choices = {std::string("adam"), std::string("sgd")}},
                      {.name = "rate", .interval = std::pair(0.1, 0.5), .display_name = "Rate"},
                      {.name = "bias", .choices = {true, false}}},
                     {{.tag = "loss", .group = "eval", .display_name = "Loss"}});
  const auto experiment = hparams_data("_hparams_/experiment").experiment();
  EXPECT_EQ(experiment.time_created_secs(), 7.5);
  ASSERT_EQ(experiment.hparam_infos_size(), 3);
  EXPECT_EQ(experiment.hparam_infos(0).type(), proto::hparams::DATA_TYPE_STRING);
  EXPECT_EQ(experiment.hparam_infos(0).domain_discrete().values(1).string_value(), "sgd");
  EXPECT_EQ(experiment.hparam_infos(1).type(), proto::hparams::DATA_TYPE_FLOAT64);
  EXPECT_EQ(experiment.hparam_infos(1).domain_interval().min_value(), 0.1);
  EXPECT_EQ(experiment.hparam_infos(1).domain_interval().max_value(), 0.5);
  EXPECT_EQ(experiment.hparam_infos(1).display_name(), "Rate");
  EXPECT_EQ(experiment.hparam_infos(2).type(), proto::hparams::DATA_TYPE_BOOL);
  EXPECT_EQ(experiment.metric_infos(0).name().tag(), "loss");
  EXPECT_EQ(experiment.metric_infos(0).name().group(), "eval");
}

TEST_F(HParams, BeginASession) {
  hparams_session_start(writer_, {{"rate", 0.5}, {"optimizer", std::string("adam")}, {"b", true}},
                        "trial 1");
  const auto start = hparams_data("_hparams_/session_start_info").session_start_info();
  EXPECT_EQ(start.group_name(), "trial 1");
  EXPECT_EQ(start.start_time_secs(), 7.5);
  EXPECT_EQ(start.hparams().at("rate").number_value(), 0.5);
  EXPECT_EQ(start.hparams().at("optimizer").string_value(), "adam");
  EXPECT_TRUE(start.hparams().at("b").bool_value());
}

TEST_F(HParams, LeaveTheGroupToTheReader) {
  hparams_session_start(writer_, {});
  EXPECT_EQ(hparams_data("_hparams_/session_start_info").session_start_info().group_name(), "");
}

TEST_F(HParams, EndASession) {
  hparams_session_end(writer_, SessionStatus::failure);
  const auto end = hparams_data("_hparams_/session_end_info").session_end_info();
  EXPECT_EQ(end.status(), proto::hparams::STATUS_FAILURE);
  EXPECT_EQ(end.end_time_secs(), 7.5);
}

TEST_F(HParams, RefuseWhatDoesNotFit) {
  EXPECT_THAT(
      [&] {
        hparams_session_start(writer_, {{"", 1.0}});
      },
      ThrowsError(kInvalid, "a hyperparameter has no name"));
  EXPECT_THAT(
      [&] {
        hparams_experiment(writer_, {{.name = "x", .choices = {true, 1.0}}}, {});
      },
      ThrowsError(kInvalid, "hyperparameter \"x\" has choices of several types"));
  EXPECT_THAT(
      [&] {
        hparams_experiment(writer_,
                           {{.name = "x", .choices = {1.0}, .interval = std::pair(0.0, 1.0)}}, {});
      },
      ThrowsError(kInvalid, "has choices and an interval"));
  EXPECT_THAT([&] { hparams_experiment(writer_, {}, {{.tag = ""}}); },
              ThrowsError(kInvalid, "empty"));
}

std::vector<float> numbers_in(const proto::TensorProto& tensor) {
  std::vector<float> numbers(tensor.tensor_content().size() / sizeof(float));
  std::memcpy(numbers.data(), tensor.tensor_content().data(), tensor.tensor_content().size());
  return numbers;
}

// Expected by tensorboard.plugins.pr_curve.summary.pb(..., num_thresholds=5), TensorBoard 2.21.0.
TEST_F(PrCurve, HasTheNumbersOfTensorBoard) {
  constexpr std::array<bool, 4> kLabels = {true, false, true, true};
  const std::vector<float> predictions = {0.8F, 0.6F, 0.4F, 0.0F};
  pr_curve(writer_, "roc", kLabels, predictions, 1, {.thresholds = 5});
  const proto::Summary::Value written = value();
  EXPECT_EQ(written.tag(), "roc/pr_curves");
  EXPECT_EQ(written.metadata().display_name(), "roc");
  EXPECT_EQ(written.metadata().plugin_data().plugin_name(), "pr_curves");
  EXPECT_EQ(written.metadata().plugin_data().content(), "\x10\x05");
  EXPECT_EQ(written.tensor().tensor_shape().dim(0).size(), 6);
  EXPECT_EQ(written.tensor().tensor_shape().dim(1).size(), 5);
  constexpr float kThird = 1.0F / 3;
  constexpr float kTwoThirds = 2.0F / 3;
  EXPECT_THAT(numbers_in(written.tensor()),
              ElementsAreArray<float>({3,     2,          1,      1,      0,  //
                                       1,     1,          1,      0,      0,  //
                                       0,     0,          0,      1,      1,  //
                                       0,     1,          2,      2,      3,  //
                                       0.75F, kTwoThirds, 0.5F,   1,      0,  //
                                       1,     kTwoThirds, kThird, kThird, 0}));
}

TEST_F(PrCurve, AddsUpWeightsAsTensorBoardDoes) {
  constexpr std::array<bool, 3> kLabels = {true, false, true};
  const std::vector<float> predictions = {1.0F, 0.25F, 0.5F};
  const std::vector<double> weights = {0.5, 2, 1};
  pr_curve(writer_, "roc", kLabels, predictions, 1, {.thresholds = 5, .weights = weights});
  constexpr auto kPrecision = static_cast<float>(1.5 / 3.5);
  constexpr auto kRecall = static_cast<float>(0.5 / 1.5);
  EXPECT_THAT(numbers_in(value().tensor()),
              ElementsAreArray<float>({1.5F,       1.5F,       1.5F, 0.5F,    0.5F,  //
                                       2,          2,          0,    0,       0,     //
                                       0,          0,          2,    2,       2,     //
                                       0,          0,          0,    1,       1,     //
                                       kPrecision, kPrecision, 1,    1,       1,     //
                                       1,          1,          1,    kRecall, kRecall}));
}

TEST_F(PrCurve, RefusesWhatDoesNotFit) {
  constexpr std::array<bool, 1> kLabels = {true};
  const auto curve = [&](const std::vector<float>& predictions, std::uint32_t thresholds) {
    pr_curve(writer_, "roc", kLabels, predictions, 1, {.thresholds = thresholds});
  };
  EXPECT_THAT(
      [&] {
        curve({0.5F, 0.5F}, 5);
      },
      ThrowsError(kInvalid, "\"roc\" has 1 labels, 2 predictions and 0 weights"));
  EXPECT_THAT([&] { curve({0.5F}, 1); },
              ThrowsError(kInvalid, "needs at least 2 thresholds; got 1"));
  EXPECT_THAT([&] { curve({1.5F}, 5); }, ThrowsError(kInvalid, "has prediction 1.5"));
  EXPECT_THAT([&] { curve({NAN}, 5); }, ThrowsError(kInvalid, "has prediction nan"));
}

}  // namespace
}  // namespace opscope::summary
