// Trains one model of keras_tasks.cc and prints JSON: its initial weights, the data, the loss of
// each step and the predictions at the end. The test beside it trains the same in TensorFlow.
//
//   compat_keras_train MODEL OPTIMIZER STEPS
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "keras_tasks.h"
#include "tensor_json.h"

namespace {

namespace keras = opscope::keras;
using opscope::Tensor;
using opscope::compat::tensor_json;

nlohmann::ordered_json all_json(const std::vector<Tensor>& tensors) {
  auto json = nlohmann::ordered_json::array();
  for (const Tensor& tensor : tensors) json.push_back(tensor_json(tensor));
  return json;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) return 2;
  keras::set_random_seed(7);
  opscope::compat::Task task = opscope::compat::make_task(argv[1]);
  keras::Model& model = *task.model;
  nlohmann::ordered_json out{{"model", nlohmann::json::parse(model.to_json())},
                             {"summary", model.summary_text()},
                             {"weights", all_json(model.get_weights())},
                             {"x", tensor_json(task.x)},
                             {"y", tensor_json(task.y)}};
  model.compile({.optimizer = opscope::compat::make_optimizer(argv[2]),
                 .loss = {keras::sparse_categorical_crossentropy()}});
  auto losses = nlohmann::ordered_json::array();
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    model.reset_metrics();
    losses.push_back(model.train_on_batch(task.x, task.y).at("loss"));
  }
  out["losses"] = losses;
  out["traces"] = model.train_trace_count();
  out["predictions"] = tensor_json(model.predict(task.x));
  std::cout << out << '\n';
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
