// The steps that a compiled model runs, and the batches they run on.
#pragma once

#include <cstdint>
#include <vector>

#include "keras/model_state.h"

namespace opscope::keras {

// Data to be cut into batches.
struct DataSet {
  std::vector<Tensor> x;
  std::vector<Tensor> y;
  Tensor sample_weight;  // without a value: none
  std::int64_t size = 0;

  // Throws invalid_argument when the tensors do not have one number of examples, or none.
  DataSet(const TensorList& inputs, const TensorList& labels, Tensor weights);

  // The examples [begin, end).
  [[nodiscard]] StepBatch slice(std::int64_t begin, std::int64_t end) const;
  // The examples at these indices.
  [[nodiscard]] StepBatch gather(std::span<const std::int64_t> indices) const;
  [[nodiscard]] DataSet part(std::int64_t begin, std::int64_t end) const;

 private:
  DataSet() = default;
};

// Builds what is not built for such inputs, also the layers of a model that only its call() knows.
void ensure_built(const Model& model, const std::vector<Tensor>& x);

// Makes the steps of a compiled model, if there are none for the variables that are trained now.
void ensure_steps(const Model& model, Compiled& compiled);

// The compiled state; throws failed_precondition with what was called.
[[nodiscard]] Compiled& require_compiled(const Model& model, const char* what);

// What a step gave, by name.
[[nodiscard]] Logs logs_of(const Compiled& compiled, const std::vector<Tensor>& values);

}  // namespace opscope::keras
