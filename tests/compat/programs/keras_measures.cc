// Prints JSON: labels, predictions and weights of two batches, and what losses and metrics make of
// them, for keras_compat_test.py to compare.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "opscope/keras.h"
#include "tensor_json.h"

namespace {

using namespace opscope;  // NOLINT: a program about the library's whole vocabulary
using compat::tensor_json;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kRows = 12, kClasses = 4;

struct Batch {
  Tensor labels, classes, probabilities, weights;
};

Batch make_batch(std::int64_t seed) {
  const Tensor logits = stateless_random_normal({kRows, kClasses}, {seed, 3});
  const Tensor noise = stateless_random_normal({kRows, kClasses}, {seed, 4});
  const Tensor classes = argmax(logits + noise, 1, DType::int32);
  return {one_hot(classes, kClasses), classes, softmax(logits * 2.f),
          stateless_random_uniform({kRows}, {seed, 5})};
}

Json batch_json(const Batch& batch) {
  return {{"labels", tensor_json(batch.labels)},
          {"classes", tensor_json(batch.classes)},
          {"probabilities", tensor_json(batch.probabilities)},
          {"weights", tensor_json(batch.weights)}};
}

// After each batch: without weights, and with.
Json results_of(const keras::Metric& metric, const std::vector<Batch>& batches, bool is_sparse) {
  Json results = Json::array();
  for (const bool is_weighted : {false, true}) {
    metric.reset_state();
    for (const Batch& batch : batches) {
      metric.update_state(is_sparse ? batch.classes : batch.labels, batch.probabilities,
                          is_weighted ? batch.weights : Tensor());
      results.push_back(metric.result().item());
    }
  }
  return results;
}

}  // namespace

int main() try {
  const std::vector<Batch> batches{make_batch(1), make_batch(2)};
  Json out{{"batches", Json::array()}};
  for (const Batch& batch : batches) out["batches"].push_back(batch_json(batch));
  for (const keras::Loss& loss :
       {keras::mean_squared_error(), keras::mean_absolute_error(),
        keras::mean_absolute_percentage_error(), keras::mean_squared_logarithmic_error(),
        keras::huber(0.3f), keras::log_cosh(), keras::hinge(), keras::kl_divergence(),
        keras::poisson(), keras::cosine_similarity(), keras::binary_crossentropy(),
        keras::categorical_crossentropy()}) {
    const Batch& batch = batches[0];
    out["losses"][loss.name()] = {loss(batch.labels, batch.probabilities).item(),
                                  loss(batch.labels, batch.probabilities, batch.weights).item()};
  }
  for (const keras::Metric& metric :
       {keras::categorical_accuracy(), keras::binary_accuracy(),
        keras::top_k_categorical_accuracy(2), keras::mse(), keras::mae(),
        keras::root_mean_squared_error(), keras::precision(), keras::recall(0.3f), keras::auc(),
        keras::auc({.num_thresholds = 20, .curve = keras::AucCurve::pr}).renamed("auc_pr")}) {
    out["metrics"][metric.name()] = results_of(metric, batches, false);
  }
  for (const keras::Metric& metric :
       {keras::sparse_categorical_accuracy(), keras::sparse_top_k_categorical_accuracy(2)}) {
    out["sparse_metrics"][metric.name()] = results_of(metric, batches, true);
  }
  for (const keras::Initializer& initializer :
       {keras::random_uniform(-0.1f, 0.3f, 5), keras::random_normal(0.1f, 0.2f, 5),
        keras::truncated_normal(0.1f, 0.2f, 5), keras::glorot_uniform(5), keras::glorot_normal(5),
        keras::he_uniform(5), keras::he_normal(5), keras::lecun_uniform(5), keras::lecun_normal(5),
        keras::orthogonal(1.5f, 5)}) {
    out["initializers"][initializer.class_name()] = {tensor_json(initializer({6, 4})),
                                                     tensor_json(initializer({3, 3, 2, 5}))};
  }
  std::cout << out << '\n';
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
