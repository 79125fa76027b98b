// Calls of traced functions under an eager tape.
#include "gradients/function_gradient.h"
#include "gradients/tape.h"
#include "graph/concrete.h"
#include "module/variable_state.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/eager_state.h"

namespace opscope::runtime {
namespace {

// The gradients of a call for derivatives of rising order: the forward function of each is the one
// that the next differentiates, so that it has the results of all before it, and more.
using Levels = std::vector<std::shared_ptr<const CallGradient>>;

// Calls the backward function: inputs are the function's arguments, then its variables; outputs its
// results, then what the backward functions read.
void run_backward(const CallGradient& gradient, GradientCall& call) {
  const FunctionGradient& graphs = gradient.graphs;
  std::vector<Tensor> arguments;
  for (std::size_t k = 0; k < graphs.given.size(); ++k) {
    if (graphs.given[k]) arguments.push_back(call.dy(k));
  }
  for (const BackwardInput& input : graphs.inputs) {
    const auto at = static_cast<std::size_t>(input.position);
    arguments.push_back(input.is_argument ? call.x(at) : call.y(at));
  }
  const std::vector<Tensor> results = ConcreteFunction(gradient.backward)(arguments);
  std::size_t next = 0;
  for (std::size_t i = 0; i < graphs.wanted.size(); ++i) {
    if (!graphs.wanted[i]) continue;
    if (call.needs[i]) call.input_gradients[i] = results[next];
    ++next;
  }
}

// By the first level whose function gives all the results that have a gradient.
void run_levels(const Levels& levels, GradientCall& call) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < call.outputs.size(); ++k) {
    if (call.has_dy(k)) count = k + 1;
  }
  for (const auto& level : levels) {
    if (count <= level->graphs.given.size()) return run_backward(*level, call);
  }
  throw Error(ErrorCode::failed_precondition,
              "a derivative of a traced function needs as many tapes around its call as its order");
}

// Throws if there is not even the first; an order that cannot be had ends the list.
Levels levels_of(const ConcreteCore& function, int count) {
  Levels levels = {function.gradient()};
  while (static_cast<int>(levels.size()) < count) {
    try {
      levels.push_back(levels.back()->forward->gradient());
    } catch (const Error&) {
      break;
    }
  }
  return levels;
}

// Views: a result that is an argument, or a variable's value, gets an address of its own.
void make_views(std::span<Ref<TensorRep>> values) {
  for (Ref<TensorRep>& value : values) value = TensorRep::make_view(*value, value->shape());
}

std::vector<Ref<TensorRep>> run(const ConcreteCore& function,
                                std::span<const TensorRep* const> arguments) {
  std::vector<TensorRep*> raw(function.outputs().size(), nullptr);
  function.run_unrecorded(arguments, raw.data());
  std::vector<Ref<TensorRep>> results;
  for (TensorRep* value : raw) results.push_back(Ref<TensorRep>::adopt(value));
  return results;
}

}  // namespace

void run_recorded(const ConcreteCore& function, std::span<const TensorRep* const> arguments,
                  TensorRep** outputs) {
  TapeState& tape = *eager_state.tape;
  std::vector<const TensorRep*> inputs(arguments.begin(), arguments.end());
  for (const VariableCapture& capture : function.graph().captures()) {
    inputs.push_back(capture.variable->handle());
  }
  Levels levels;
  CustomGradient gradient;
  try {
    levels = levels_of(function, tape.highest_order());
    gradient = [levels](GradientCall& call) { run_levels(levels, call); };
  } catch (const Error& error) {
    // Only an error if the gradient is asked for.
    gradient = [error](GradientCall&) { throw Error(error); };
  }
  std::vector<Ref<TensorRep>> results =
      run(levels.empty() ? function : *levels.back()->forward, arguments);
  make_views(results);
  tape.record_custom(std::make_shared<const CustomGradient>(std::move(gradient)), inputs, results);
  for (std::size_t i = 0; i < function.outputs().size(); ++i) {
    outputs[i] = Ref<TensorRep>(results[i]).leak();
  }
}

}  // namespace opscope::runtime
