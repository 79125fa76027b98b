// Trains a small network to tell two spirals apart and logs everything TensorBoard can show of it:
// scalars of a train and a validation run, a text, the graph of a step with its timings, and a
// profile.
//
//   train [--logdir DIR] [--steps N] [--print]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/profiler/profiler.h"
#include "opscope/runtime.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/trace.h"

namespace {

using opscope::DType;
using opscope::kAnyDim;
using opscope::NameScope;
using opscope::Tensor;
using opscope::Variable;

struct Data {
  Tensor points;  // [n, 2]
  Tensor labels;  // [n]
};

// Points on two spirals, with a little noise.
Data make_spirals(int count, unsigned seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<float>(random() >> 8) * 0x1p-24f; };
  std::vector<float> points;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < count; ++i) {
    const int label = i % 2;
    const float t = 0.25f + 2.f * uniform();
    const float angle = 2.f * t + 3.14159265f * static_cast<float>(label);
    points.push_back(t * std::cos(angle) + 0.1f * (uniform() - 0.5f));
    points.push_back(t * std::sin(angle) + 0.1f * (uniform() - 0.5f));
    labels.push_back(label);
  }
  return {opscope::constant(points, {count, 2}), opscope::constant(labels)};
}

class Dense : public opscope::Module {
 public:
  Dense(std::string_view name, std::int64_t inputs, std::int64_t outputs, std::int64_t seed)
      : Module(name),
        kernel_(
            add_variable("kernel", opscope::stateless_random_normal({inputs, outputs}, {seed, 7}) *
                                       std::sqrt(2.f / static_cast<float>(inputs)))),
        bias_(add_variable("bias", opscope::zeros({outputs}))) {}

  Tensor operator()(const Tensor& x) const {
    const NameScope scope(name());
    return opscope::bias_add(opscope::matmul(x, kernel_), bias_);
  }

 private:
  Variable kernel_;
  Variable bias_;
};

class Mlp : public opscope::Module {
 public:
  Mlp()
      : Module("model"),
        first_(add_module(Dense("dense", 2, 32, 1))),
        second_(add_module(Dense("dense_1", 32, 32, 2))),
        last_(add_module(Dense("dense_2", 32, 2, 3))) {}

  Tensor operator()(const Tensor& x) const {
    const NameScope scope(name());
    return last_(opscope::relu(second_(opscope::relu(first_(x)))));
  }

 private:
  Dense first_;
  Dense second_;
  Dense last_;
};

struct Metrics {
  Tensor loss;
  Tensor accuracy;
};

Metrics measure(const Tensor& logits, const Tensor& labels) {
  Metrics metrics;
  {
    const NameScope scope("loss");
    metrics.loss =
        opscope::reduce_mean(opscope::sparse_softmax_cross_entropy_with_logits(labels, logits));
  }
  const NameScope scope("accuracy");
  const Tensor guess = opscope::argmax(logits, 1, DType::int32);
  metrics.accuracy = opscope::reduce_mean(opscope::cast(guess == labels, DType::float32));
  return metrics;
}

// One step of gradient descent with momentum, on everything at once.
class Trainer {
 public:
  explicit Trainer(const Mlp& model) : model_(model), weights_(model.trainable_variables()) {
    for (const Variable& weight : weights_) {
      velocities_.emplace_back(opscope::zeros(weight.shape()),
                               opscope::VariableOptions{.name = "momentum", .trainable = false});
    }
  }

  Metrics step(const Tensor& points, const Tensor& labels) const {
    opscope::GradientTape tape;
    const Metrics metrics = measure(model_(points), labels);
    std::vector<Tensor> gradients;
    {
      const NameScope scope("gradients");
      gradients = tape.gradient(metrics.loss, weights_);
    }
    const NameScope scope("optimizer");
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      velocities_[i].assign(velocities_[i] * 0.9f - gradients[i] * 0.05f);
      weights_[i].assign_add(velocities_[i]);
    }
    return metrics;
  }

 private:
  const Mlp& model_;
  std::vector<Variable> weights_;
  std::vector<Variable> velocities_;
};

struct Options {
  std::string logdir = "logs/spirals";
  int steps = 200;
  bool prints = false;
};

void log(opscope::summary::FileWriter& writer, const Metrics& metrics, int step, const char* run,
         bool prints) {
  writer.scalar("loss", metrics.loss.item(), step);
  writer.scalar("accuracy", metrics.accuracy.item(), step);
  if (!prints) return;
  std::printf("%s %d %.9g %.9g\n", run, step, metrics.loss.item(), metrics.accuracy.item());
}

void run(const Options& options) {
  const Data train = make_spirals(400, 1);
  const Data validation = make_spirals(200, 2);
  const Mlp model;
  const Trainer trainer(model);

  const std::vector<opscope::TensorSpec> signature = {
      {.shape = {kAnyDim, 2}, .dtype = DType::float32, .name = "points"},
      {.shape = {kAnyDim}, .dtype = DType::int32, .name = "labels"}};
  const auto train_step =
      opscope::function([&](const Tensor& x, const Tensor& y) { return trainer.step(x, y); },
                        signature, {.name = "train_step"});
  const auto evaluate =
      opscope::function([&](const Tensor& x, const Tensor& y) { return measure(model(x), y); },
                        signature, {.name = "evaluate"});

  auto train_writer = opscope::summary::create_file_writer(options.logdir + "/train");
  auto validation_writer = opscope::summary::create_file_writer(options.logdir + "/validation");
  train_writer.text("model", "A **2-32-32-2** network on two spirals, momentum 0.9, rate 0.05", 0);

  constexpr int kTracedSteps = 5;
  for (int step = 0; step < options.steps; ++step) {
    if (step == 1) opscope::summary::trace_on({.graph = true, .profiler = true});
    {
      const opscope::profiler::Step profiled(step);
      log(train_writer, train_step(train.points, train.labels), step, "train", options.prints);
    }
    if (step == kTracedSteps) {
      opscope::summary::trace_export(
          train_writer, {.name = "train_step", .step = step, .profiler_outdir = options.logdir});
    }
    if (step % 10 == 9) {
      log(validation_writer, evaluate(validation.points, validation.labels), step, "validation",
          options.prints);
    }
  }
  opscope::summary::trace_off();
  train_writer.close();
  validation_writer.close();
  std::fprintf(stderr, "The log is in %s\n", options.logdir.c_str());
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--print") {
      options.prints = true;
    } else if (flag == "--logdir" && i + 1 < argc) {
      options.logdir = argv[++i];
    } else if (flag == "--steps" && i + 1 < argc) {
      options.steps = std::atoi(argv[++i]);
    } else {
      throw opscope::Error(opscope::ErrorCode::invalid_argument,
                           "usage: train [--logdir DIR] [--steps N] [--print]");
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  run(parse(argc, argv));
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "train: %s\n", error.what());
  return 1;
}
