// The gradient of a called function: a forward function with further results, and a backward one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gradients/inner_gradient.h"

namespace opscope::runtime {

class ConcreteCore;

// Where the backward function finds one of its arguments, after the gradients of the results.
struct BackwardInput {
  bool is_argument = false;  // of the forward function; else one of its results
  int position = 0;
};

struct FunctionGradient {
  std::shared_ptr<FuncGraph> forward;   // results: those of the function, then what backward reads
  std::shared_ptr<FuncGraph> backward;  // its arguments: result gradients, inputs, captures
  std::vector<bool> given;              // which results of the function have a gradient argument
  std::vector<BackwardInput> inputs;
  std::vector<bool> wanted;  // arguments of the function that have a gradient result
};

// `name` is the function's, "step" of "__inference_step_12". Arguments that no result with a
// gradient depends on are not wanted.
[[nodiscard]] FunctionGradient make_function_gradient(const FuncGraph& function,
                                                      std::vector<bool> given,
                                                      std::vector<bool> wanted);

// The functions that an eager tape needs for a call, compiled.
class CallGradient {
 public:
  // Throws what tracing the gradient throws.
  explicit CallGradient(const ConcreteCore& function);
  ~CallGradient();
  CallGradient(const CallGradient&) = delete;
  CallGradient& operator=(const CallGradient&) = delete;

  FunctionGradient graphs;
  std::shared_ptr<const ConcreteCore> forward;
  std::shared_ptr<const ConcreteCore> backward;
};

}  // namespace opscope::runtime
