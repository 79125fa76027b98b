// GradientTape: derivatives of what was computed, with respect to Tensors and Variables.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/variable.h"

namespace opscope {

namespace runtime {
class TapeState;
}  // namespace runtime

struct GradientTapeOptions {
  bool persistent = false;  // gradient() may be called more than once
};

// Records the operations that run on this thread while it lives, as tf.GradientTape does; while
// tracing, the graph itself is the record. Trainable Variables are watched when they are read.
//
//   GradientTape tape;
//   const Tensor loss = reduce_mean(square(model(x) - y));
//   const std::vector<Tensor> gradients = tape.gradient(loss, model.trainable_variables());
//
// Thread rule: to be used on the thread that made it.
class GradientTape {
 public:
  explicit GradientTape(const GradientTapeOptions& options = {});
  ~GradientTape();
  GradientTape(const GradientTape&) = delete;
  GradientTape& operator=(const GradientTape&) = delete;

  // Gradients with respect to this Tensor will be asked for. Needed in eager mode only.
  void watch(const Tensor& tensor);

  // The derivative of sum(target) by each source, of the source's shape; a Tensor without a value
  // where the target does not depend on the source in a differentiable way. Throws unimplemented
  // for an operation without a gradient, failed_precondition for a second call without
  // `persistent`.
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target,
                                             const std::vector<Variable>& sources,
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target,
                                             std::span<const Tensor* const> sources,
                                             Loc loc = Loc::current());
  [[nodiscard]] Tensor gradient(const Tensor& target, const Tensor& source,
                                Loc loc = Loc::current());
  [[nodiscard]] Tensor gradient(const Tensor& target, const Variable& source,
                                Loc loc = Loc::current());

 private:
  std::unique_ptr<runtime::TapeState> state_;
};

}  // namespace opscope
