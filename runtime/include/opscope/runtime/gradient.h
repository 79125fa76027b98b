// Derivatives: GradientTape, gradient(f) and custom_gradient(f).
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/structure.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/variable.h"

namespace opscope {

namespace runtime {
class TapeState;
}  // namespace runtime

struct GradientTapeOptions {
  bool persistent = false;               // gradient() may be called more than once
  bool watch_accessed_variables = true;  // trainable Variables are watched when they are read
};

// What gradient() gives for a source that the target does not depend on.
enum class UnconnectedGradients : std::uint8_t { none, zero };

struct GradientOptions {
  // One for each target, of its shape: the derivative of what follows the target. Without: ones.
  std::vector<Tensor> output_gradients = {};
  UnconnectedGradients unconnected_gradients = UnconnectedGradients::none;
};

// Records the operations that run on this thread while it lives, as tf.GradientTape does; while
// tracing, the graph itself is the record. Gradients go through staged loops and branches and
// through calls of traced functions; side effects are not run again. Tapes nest, and the inner
// one's gradient() is recorded by the outer one: second derivatives.
//
//   GradientTape tape;
//   const Tensor loss = reduce_mean(square(model(x) - y));
//   const std::vector<Tensor> gradients = tape.gradient(loss, model.trainable_variables());
//
// Gradients of reads of single rows (ResourceGather) are dense tensors of the variable's shape.
// Thread rule: to be used on the thread that made it.
class GradientTape {
 public:
  using TensorRefs = std::initializer_list<std::reference_wrapper<const Tensor>>;

  explicit GradientTape(const GradientTapeOptions& options = {});
  ~GradientTape();
  GradientTape(const GradientTape&) = delete;
  GradientTape& operator=(const GradientTape&) = delete;

  // Gradients with respect to this Tensor will be asked for. Every operation is recorded, so this
  // only checks that it has a value. A Variable that is not trainable, or that the options do not
  // watch, has gradients only after watch().
  void watch(const Tensor& tensor);
  void watch(const Variable& variable);

  // The derivative of sum(target), or of the sum over all targets, by each source, of the source's
  // shape; a Tensor without a value where the target does not depend on the source in a
  // differentiable way. Throws unimplemented, naming the operation and its line, for one without a
  // gradient, failed_precondition for a second call without `persistent`, invalid_argument for
  // output gradients that do not fit.
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target,
                                             const std::vector<Variable>& sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target,
                                             std::initializer_list<Variable> sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target,
                                             const std::vector<Tensor>& sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const Tensor& target, TensorRefs sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const std::vector<Tensor>& targets,
                                             const std::vector<Variable>& sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] std::vector<Tensor> gradient(const std::vector<Tensor>& targets,
                                             const std::vector<Tensor>& sources,
                                             const GradientOptions& options = {},
                                             Loc loc = Loc::current());
  [[nodiscard]] Tensor gradient(const Tensor& target, const Tensor& source,
                                const GradientOptions& options = {}, Loc loc = Loc::current());
  [[nodiscard]] Tensor gradient(const Tensor& target, const Variable& source,
                                const GradientOptions& options = {}, Loc loc = Loc::current());

  // The derivatives of every element of `target` by every element of `source`: the shape is that of
  // the target followed by that of the source. One backward pass for each element of the target,
  // whose shape must be known. Needs a persistent tape unless the target has one element.
  [[nodiscard]] Tensor jacobian(const Tensor& target, const Tensor& source,
                                Loc loc = Loc::current());
  [[nodiscard]] Tensor jacobian(const Tensor& target, const Variable& source,
                                Loc loc = Loc::current());

  // Nothing is recorded while the returned object lives.
  class Stopped {
   public:
    explicit Stopped(runtime::TapeState& state);
    ~Stopped();
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;

   private:
    runtime::TapeState& state_;
    bool was_stopped_;
  };
  [[nodiscard]] Stopped stop_recording();

  // Forgets what was recorded and which Variables were watched.
  void reset();

 private:
  std::unique_ptr<runtime::TapeState> state_;
};

// gradient(f) is a function of f's arguments, all Tensors: the derivative of f's one result by the
// argument, or for several arguments a vector of them in order. A Tensor without a value: none.
//
//   const auto df = gradient([](const Tensor& x) { return x * x; });
//   df(3.f);  // 6
template <typename F>
[[nodiscard]] auto gradient(F f) {
  return [f = std::move(f)]<typename... Args>(const Args&... args) {
    const std::vector<Tensor> inputs{Tensor(args)...};
    GradientTape tape;
    const Tensor target = [&]<std::size_t... I>(std::index_sequence<I...>)->Tensor {
      return f(inputs[I]...);
    }
    (std::index_sequence_for<Args...>{});
    std::vector<Tensor> results = tape.gradient(target, inputs);
    if constexpr (sizeof...(Args) == 1) {
      return results[0];
    } else {
      return results;
    }
  };
}

// What a function given to custom_gradient() returns: its results, and the function that turns
// their gradients into those of the arguments, in order (a Tensor without a value: none).
struct CustomGradientResult {
  std::vector<Tensor> results;
  std::function<std::vector<Tensor>(const std::vector<Tensor>& result_gradients)> gradient;
};

namespace runtime {
[[nodiscard]] std::vector<Tensor> call_with_custom_gradient(
    const std::function<CustomGradientResult(const std::vector<Tensor>&)>& f,
    const std::vector<Tensor>& arguments, Loc loc);
}  // namespace runtime

// A function whose derivative is not derived from its operations. `f` takes a vector of Tensors and
// gives a CustomGradientResult:
//
//   const auto safe_log1pexp = custom_gradient([](const std::vector<Tensor>& a) {
//     const Tensor e = exp(a[0]);
//     return CustomGradientResult{{log(e + 1)}, [e](const std::vector<Tensor>& dy) {
//       return std::vector<Tensor>{dy[0] * (1 - 1 / (e + 1))};
//     }};
//   });
//   const Tensor y = safe_log1pexp({x})[0];
//
// While tracing, the gradient function is traced at once, beside the results.
template <typename F>
[[nodiscard]] auto custom_gradient(F f) {
  return [f = std::move(f)](const std::vector<Tensor>& arguments, Loc loc = Loc::current()) {
    return runtime::call_with_custom_gradient(f, arguments, loc);
  };
}

}  // namespace opscope
