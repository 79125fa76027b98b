// What handles of one layer share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "opscope/keras/layer.h"

namespace opscope::keras {

struct OwnWeight {
  Variable variable;
  std::string path;
  bool is_trainable;
  Regularizer regularizer;
};

struct LayerState {
  std::string name;
  std::string class_name;
  bool is_built = false;
  bool is_trainable = true;
  std::size_t call_count = 0;  // in functional models
  std::vector<OwnWeight> weights;
  std::vector<LayerPtr> sublayers;
  std::vector<Shape> input_shapes;   // that it was built for
  std::vector<Shape> output_shapes;  // of its first call, with any batch; empty: not called
  std::optional<Shape> first_input;  // of one example, from the option input_shape
};

struct InferredOutputs {
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
};

// What a built layer gives for such inputs, by tracing a call of it.
[[nodiscard]] InferredOutputs infer_outputs(const Layer& layer, const std::vector<Shape>& shapes,
                                            const std::vector<DType>& dtypes);

// The shape with any batch.
[[nodiscard]] Shape with_any_batch(Shape shape);

}  // namespace opscope::keras
