// KerasTensor: a value of a functional model before there is data, made by Input() and layer calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "opscope/runtime/dtype.h"
#include "opscope/runtime/shape.h"

namespace opscope::keras {

class Layer;
struct LayerCall;

// A handle: copies are the same value.
class KerasTensor {
 public:
  [[nodiscard]] const Shape& shape() const noexcept;
  [[nodiscard]] DType dtype() const noexcept;
  // "dense_1", the layer that gives it.
  [[nodiscard]] const std::string& layer_name() const noexcept;

  // For this module's own code: the call that gives it, and which of its outputs it is.
  KerasTensor(std::shared_ptr<const LayerCall> call, std::size_t output) noexcept
      : call_(std::move(call)), output_(output) {}
  [[nodiscard]] const std::shared_ptr<const LayerCall>& call() const noexcept { return call_; }
  [[nodiscard]] std::size_t output() const noexcept { return output_; }

 private:
  std::shared_ptr<const LayerCall> call_;
  std::size_t output_ = 0;
};

struct InputOptions {
  std::string name = {};  // empty: "input_layer", "input_layer_1", ...
  DType dtype = DType::float32;
  std::int64_t batch_size = kAnyDim;
};

// The beginning of a functional model; `shape` is that of one example, without the batch.
[[nodiscard]] KerasTensor Input(const Shape& shape, const InputOptions& options = {});

// A layer in use: what it was called on, and what came out.
struct LayerCall {
  std::shared_ptr<Layer> layer;
  std::vector<KerasTensor> inputs;
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
  std::size_t index = 0;    // which of the layer's calls this is
  bool takes_list = false;  // written as a list of inputs, as for Add
};

}  // namespace opscope::keras
