#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <sstream>

#include "opscope/keras.h"

namespace opscope::keras {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// y = 1 * x0 - 2 * x1 + 0.5
struct Line {
  Tensor x = stateless_random_normal({50, 2}, {1, 2});
  Tensor y = reduce_sum(x * constant({1.f, -2.f}), {.axes = Axes{1}, .keep_dims = true}) + 0.5f;
};

Sequential linear_model() {
  Sequential model;
  model.add(Dense(1, {.kernel_initializer = keras::zeros(), .input_shape = Shape{2}}));
  return model;
}

TEST(Fit, TracesOnceForWholeBatchesAndOnceForTheLast) {
  const Line line;
  Sequential model = linear_model();
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = {mean_squared_error()}});
  model.fit(line.x, line.y, {.batch_size = 16, .epochs = 3});
  EXPECT_EQ(model.train_trace_count(), 2);
  model.fit(line.x, line.y, {.batch_size = 16, .epochs = 3});
  EXPECT_EQ(model.train_trace_count(), 2);
}

TEST(Fit, FindsALine) {
  const Line line;
  Sequential model = linear_model();
  model.compile({.optimizer = SGD({.learning_rate = 0.1, .momentum = 0.5}),
                 .loss = {mean_squared_error()},
                 .metrics = {mae()}});
  const History history =
      model.fit(line.x, line.y, {.batch_size = 10, .epochs = 30, .validation_split = 0.2});
  EXPECT_EQ(history.epoch.size(), 30u);
  EXPECT_LT(history.at("loss").back(), 1e-5);
  EXPECT_LT(history.at("val_mae").back(), 1e-2);
  EXPECT_THROW((void)history.at("accuracy"), Error);
  const std::vector<Tensor> weights = model.get_weights();
  EXPECT_NEAR(weights[0].values<float>()[1], -2, 1e-2);
  EXPECT_NEAR(weights[1].item(), 0.5, 1e-2);
  EXPECT_EQ(model.optimizer().iterations(), 30 * 4);
  const Logs logs = model.evaluate(line.x, line.y);
  EXPECT_LT(logs.at("mae"), 1e-2);
  EXPECT_TRUE(model.predict(line.x, {.batch_size = 7}).shape() == (Shape{50, 1}));
}

TEST(Fit, LossIsTheMeanOverExamplesNotBatches) {
  Sequential model = linear_model();
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = {mean_squared_error()}});
  const Tensor x = opscope::zeros({3, 2});
  const Tensor y = constant({1.f, 2.f, 4.f}, {3, 1});
  const History history = model.fit(x, y, {.batch_size = 2, .shuffle = false});
  EXPECT_NEAR(history.at("loss")[0], (1 + 4 + 16) / 3.0, 1e-6);
}

TEST(Fit, WeightsExamplesAndClasses) {
  Sequential model = linear_model();
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = {mean_squared_error()}});
  const Tensor x = opscope::zeros({2, 2});
  const Tensor y = constant({1.f, 2.f}, {2, 1});
  const History by_example = model.fit(x, y, {.sample_weight = constant({3.f, 1.f})});
  EXPECT_NEAR(by_example.at("loss")[0], (3 * 1 + 4) / 2.0, 1e-6);
  const History by_class = model.fit(x, y, {.class_weight = {{2, 10.f}}});
  EXPECT_NEAR(by_class.at("loss")[0], (1 + 40) / 2.0, 1e-6);
}

TEST(Fit, LeavesFrozenLayersAlone) {
  const Line line;
  Sequential model;
  model.add(Dense(3, {.input_shape = Shape{2}}));
  model.add(Dense(1));
  model.compile({.optimizer = Adam(), .loss = {mean_squared_error()}});
  model.fit(line.x, line.y, {});
  model.get_layer(0).set_trainable(false);
  const std::vector<Tensor> before = model.get_weights();
  model.fit(line.x, line.y, {});
  const std::vector<Tensor> after = model.get_weights();
  EXPECT_EQ(repr(before[0]), repr(after[0]));
  EXPECT_NE(repr(before[2]), repr(after[2]));
}

TEST(Fit, ShufflesBySeed) {
  const Line line;
  const auto losses = [&](std::int64_t seed) {
    Sequential model = linear_model();
    model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = {mean_squared_error()}});
    return model.fit(line.x, line.y, {.batch_size = 5, .epochs = 2, .shuffle_seed = seed})
        .at("loss");
  };
  EXPECT_EQ(losses(1), losses(1));
  EXPECT_NE(losses(1), losses(2));
}

TEST(Fit, AddsRegularization) {
  Sequential model;
  model.add(Dense(1, {.kernel_initializer = keras::ones(),
                      .kernel_regularizer = l2(0.5f),
                      .input_shape = Shape{2}}));
  model.compile({.optimizer = SGD({.learning_rate = 0.0}), .loss = {mean_squared_error()}});
  const History history = model.fit(opscope::zeros({1, 2}), opscope::zeros({1, 1}));
  EXPECT_NEAR(history.at("loss")[0], 0.5 * 2, 1e-6);
}

TEST(Fit, RefusesDataThatDoesNotFit) {
  Sequential model = linear_model();
  EXPECT_THROW(model.fit(opscope::ones({2, 2}), opscope::ones({2, 1})), Error);  // not compiled
  EXPECT_THROW(model.compile({}), Error);
  model.compile({.loss = {mean_squared_error()}});
  EXPECT_THROW(model.fit(opscope::ones({2, 2}), opscope::ones({3, 1})), Error);
  EXPECT_THROW(model.fit(opscope::zeros({0, 2}), opscope::zeros({0, 1})), Error);
  EXPECT_THROW(model.fit(opscope::ones({2, 2}), opscope::ones({2, 1}), {.batch_size = 0}), Error);
  EXPECT_THROW(model.fit(opscope::ones({2, 2}), opscope::ones({2, 1}), {.validation_split = 1}),
               Error);
  EXPECT_THROW(model.fit({opscope::ones({2, 2})}, {opscope::ones({2, 1}), opscope::ones({2, 1})}),
               Error);
}

TEST(Fit, TrainsSeveralOutputs) {
  clear_session();
  const KerasTensor x = Input({2});
  Model model(std::vector{x}, std::vector{Dense(1, {.name = "a"})(x), Dense(1, {.name = "b"})(x)});
  model.compile({.optimizer = SGD(), .loss = {mean_squared_error()}, .metrics = {mae()}});
  const Line line;
  const History history = model.fit(line.x, {line.y, line.y});
  EXPECT_EQ(history.history.size(), 5u);
  EXPECT_NEAR(history.at("loss")[0], history.at("a_loss")[0] + history.at("b_loss")[0], 1e-5);
  EXPECT_GT(history.at("b_mae")[0], 0);
}

TEST(Fit, EndsAtCtrlCInGoodOrder) {
  const auto train = [] {
    const Line line;
    Sequential model = linear_model();
    model.compile({.optimizer = SGD(), .loss = {mean_squared_error()}});
    LambdaCallback interrupt({.on_train_batch_end =
                                  [](std::int64_t batch, const Logs&) {
                                    if (batch == 1) std::raise(SIGINT);
                                  },
                              .on_train_end = [](const Logs&) { std::fputs("closed\n", stderr); }});
    model.fit(line.x, line.y, {.batch_size = 5, .epochs = 1000, .callbacks = {&interrupt}});
    std::_Exit(0);
  };
  EXPECT_EXIT(train(), testing::KilledBySignal(SIGINT), "closed");
}

TEST(Losses, AreThoseOfKeras) {
  const Tensor t = constant({{0.f, 1.f}, {1.f, 0.f}});
  const Tensor p = constant({{0.3f, 0.7f}, {0.6f, 0.4f}});
  const auto value = [&](const Loss& loss) { return loss(t, p).item(); };
  // keras.losses.X()(t, p) of Keras 3.15.
  EXPECT_NEAR(value(mean_squared_error()), 0.125, 1e-06);
  EXPECT_NEAR(value(mean_absolute_error()), 0.349999994, 1e-06);
  EXPECT_NEAR(value(mean_absolute_percentage_error()), 175000032, 1.8e+02);
  EXPECT_NEAR(value(mean_squared_logarithmic_error()), 0.0645634606, 1e-06);
  EXPECT_NEAR(value(huber(0.5f)), 0.0625, 1e-06);
  EXPECT_NEAR(value(log_cosh()), 0.0611471087, 1e-06);
  EXPECT_NEAR(value(hinge()), 0.849999964, 1e-06);
  EXPECT_NEAR(value(kl_divergence()), 0.433748752, 1e-06);
  EXPECT_NEAR(value(poisson()), 0.716875017, 1e-06);
  EXPECT_NEAR(value(cosine_similarity()), -0.875597715, 1e-06);
  EXPECT_NEAR(value(binary_crossentropy()), 0.433750272, 1e-06);
  EXPECT_NEAR(value(binary_crossentropy({.from_logits = true})), 0.652011156, 1e-06);
  EXPECT_NEAR(value(binary_crossentropy({.label_smoothing = 0.1f})), 0.465069354, 1e-06);
  EXPECT_NEAR(value(categorical_crossentropy()), 0.433750272, 1e-06);
  EXPECT_NEAR(value(categorical_crossentropy({.from_logits = true})), 0.55557704, 1e-06);
  EXPECT_NEAR(value(categorical_crossentropy({.label_smoothing = 0.1f})), 0.465069354, 1e-06);
}

TEST(Losses, SparseLabelsMayHaveAColumn) {
  const Tensor p = constant({{0.3f, 0.7f}, {0.6f, 0.4f}});
  const Loss loss = sparse_categorical_crossentropy();
  const double expected = -(std::log(0.7) + std::log(0.6)) / 2;
  EXPECT_NEAR(loss(constant({1, 0}), p).item(), expected, 1e-6);
  EXPECT_NEAR(loss(constant({1.f, 0.f}, {2, 1}), p).item(), expected, 1e-6);
  EXPECT_THROW((void)mean_squared_error()(opscope::ones({3, 2}), p), Error);
}

TEST(Metrics, AccuracyGoesByTheShapes) {
  const Tensor p = constant({{0.3f, 0.7f}, {0.6f, 0.4f}, {0.9f, 0.1f}});
  const auto value = [&](const Tensor& labels, const Tensor& guesses) {
    const Metric metric = accuracy();
    metric.update_state(labels, guesses);
    return metric.result().item();
  };
  EXPECT_NEAR(value(constant({1, 1, 0}), p), 2 / 3.0, 1e-6);
  EXPECT_NEAR(value(constant({{0.f, 1.f}, {1.f, 0.f}, {0.f, 1.f}}), p), 2 / 3.0, 1e-6);
  EXPECT_NEAR(value(constant({1, 0, 0, 1}, {4, 1}), constant({0.6f, 0.4f, 0.7f, 0.1f}, {4, 1})),
              0.5, 1e-6);
}

TEST(Metrics, AccumulateUntilReset) {
  const Metric metric = mse();
  EXPECT_EQ(metric.result().item(), 0);
  metric.update_state(constant({{1.f}}), constant({{3.f}}));
  metric.update_state(constant({{0.f}, {0.f}, {0.f}}), constant({{0.f}, {0.f}, {0.f}}));
  EXPECT_EQ(metric.result().item(), 1);
  metric.reset_state();
  metric.update_state(constant({{1.f}}), constant({{2.f}}));
  EXPECT_EQ(metric.result().item(), 1);
  const Mean mean;
  mean.update_state(constant({1.f, 5.f}), constant({3.f, 1.f}));
  EXPECT_EQ(mean.result().item(), 2);
  const Metric rms = root_mean_squared_error();
  rms.update_state(constant({0.f, 0.f}), constant({3.f, 3.f}));
  EXPECT_NEAR(rms.result().item(), 3, 1e-6);
}

TEST(Optimizers, FollowSchedules) {
  const auto rate = [](const LearningRate& schedule, int steps) {
    const SGD optimizer({.learning_rate = schedule});
    const Variable variable(0.f);
    for (int i = 0; i < steps; ++i) optimizer.apply({Tensor(1.f)}, {variable});
    return optimizer.learning_rate();
  };
  EXPECT_NEAR(rate(exponential_decay(0.1, 2, 0.5), 4), 0.025, 1e-7);
  EXPECT_NEAR(rate(exponential_decay(0.1, 2, 0.5, true), 3), 0.05, 1e-7);
  EXPECT_NEAR(rate(cosine_decay(0.1, 4), 2), 0.05, 1e-7);
  EXPECT_NEAR(rate(piecewise_constant_decay({1, 3}, {0.3, 0.2, 0.1}), 1), 0.3, 1e-7);
  EXPECT_NEAR(rate(piecewise_constant_decay({1, 3}, {0.3, 0.2, 0.1}), 2), 0.2, 1e-7);
  EXPECT_NEAR(rate(piecewise_constant_decay({1, 3}, {0.3, 0.2, 0.1}), 4), 0.1, 1e-7);
  EXPECT_THROW(SGD({.learning_rate = cosine_decay(1, 2)}).set_learning_rate(1), Error);
}

// Three steps on gradients 1, -2, 0.5 from 1.
std::vector<float> path(const Optimizer& optimizer) {
  const Variable variable(1.f);
  std::vector<float> values;
  for (const float gradient : {1.f, -2.f, 0.5f}) {
    optimizer.apply({Tensor(gradient)}, {variable});
    values.push_back(variable.read().item<float>());
  }
  return values;
}

TEST(Optimizers, StepAsKeras) {
  const auto near = [](const std::vector<float>& values) {
    std::vector<testing::Matcher<float>> matchers;
    for (const float value : values) matchers.push_back(testing::FloatNear(value, 2e-6f));
    return testing::ElementsAreArray(matchers);
  };
  // By keras.optimizers of Keras 3.15.
  EXPECT_THAT(path(SGD({.learning_rate = 0.1})), near({0.899999976f, 1.10000002f, 1.05000007f}));
  EXPECT_THAT(path(SGD({.learning_rate = 0.1, .momentum = 0.9f})),
              near({0.899999976f, 1.00999999f, 1.05900002f}));
  EXPECT_THAT(path(SGD({.learning_rate = 0.1, .momentum = 0.9f, .nesterov = true})),
              near({0.810000002f, 1.10899997f, 1.10309994f}));
  EXPECT_THAT(path(Adam({.learning_rate = 0.1})), near({0.900000989f, 0.936610937f, 0.950279951f}));
  EXPECT_THAT(path(RMSprop({.learning_rate = 0.1})),
              near({0.683772385f, 0.969486654f, 0.896241784f}));
  EXPECT_THAT(path(RMSprop({.learning_rate = 0.1, .momentum = 0.5f})),
              near({0.683772385f, 0.811372876f, 0.801928282f}));
  EXPECT_THAT(path(RMSprop({.learning_rate = 0.1, .centered = true})),
              near({0.666666865f, 0.955975533f, 0.882541299f}));
}

}  // namespace
}  // namespace opscope::keras
