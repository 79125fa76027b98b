// The models that keras_train.cc trains.
#pragma once

#include <memory>
#include <string>

#include "opscope/keras.h"

namespace opscope::compat {

struct Task {
  std::unique_ptr<keras::Model> model;  // gives three probabilities
  Tensor x;
  Tensor y;  // class indices
};

// Throws not_found for another name.
Task make_task(const std::string& name);
keras::OptimizerHandle make_optimizer(const std::string& name);

}  // namespace opscope::compat
