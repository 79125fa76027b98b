#include "gradients/graph_recording.h"
#include "gradients/inner_gradient.h"
#include "gradients/tape.h"
#include "graph/function_trace.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "opscope/runtime/gradient.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

using CustomFunction = std::function<CustomGradientResult(const std::vector<Tensor>&)>;

void check_count(std::size_t got, std::size_t want, Loc loc) {
  if (got == want) return;
  throw Error(ErrorCode::invalid_argument,
              "the gradient function given to custom_gradient() at " + describe(loc) + " gave " +
                  std::to_string(got) + " gradients for " + std::to_string(want) + " arguments");
}

std::vector<Tensor> eager_call(const CustomFunction& f, const std::vector<Tensor>& arguments,
                               Loc loc) {
  TapeState* const tape = std::exchange(eager_state.tape, nullptr);
  CustomGradientResult result;
  try {
    result = f(arguments);
  } catch (...) {
    eager_state.tape = tape;
    throw;
  }
  eager_state.tape = tape;
  if (tape == nullptr) return result.results;
  std::vector<const TensorRep*> inputs;
  for (const Tensor& argument : arguments) inputs.push_back(argument.rep());
  std::vector<Ref<TensorRep>> outputs;
  std::vector<Tensor> results;
  for (const Tensor& value : result.results) {
    const Ref<TensorRep> rep = eager_value(value, loc);
    outputs.push_back(TensorRep::make_view(*rep, rep->shape()));
    results.push_back(Tensor(Ref<TensorRep>(outputs.back()).leak()));
  }
  tape->record_custom(std::make_shared<const CustomGradient>(
                          [gradient = std::move(result.gradient), loc](GradientCall& call) {
                            std::vector<Tensor> dys;
                            for (std::size_t k = 0; k < call.outputs.size(); ++k)
                              dys.push_back(call.dy(k));
                            call.input_gradients = gradient(dys);
                            check_count(call.input_gradients.size(), call.inputs.size(), loc);
                          }),
                      inputs, outputs);
  return results;
}

// As TensorFlow's graphs have it: an IdentityN of the results, the arguments, and here also of what
// the gradient reads. Its gradient calls the graph of the gradient function.
std::vector<Tensor> graph_call(const CustomFunction& f, const std::vector<Tensor>& arguments,
                               Loc loc) {
  FuncGraph& graph = current_trace->graph();
  const CustomGradientResult result = f(arguments);
  std::vector<TensorSpec> specs;
  Node node;
  for (const Tensor& value : result.results) {
    specs.push_back({value.shape(), value.dtype(), ""});
    node.inputs.push_back(edge_here(value));
  }
  for (const Tensor& argument : arguments) node.inputs.push_back(edge_here(argument));
  auto custom = std::make_shared<CustomNodeGradient>();
  custom->num_results = result.results.size();
  custom->num_arguments = arguments.size();
  const TracedFunction traced =
      trace_function("custom_gradient", specs, TraceBody([&](std::span<Tensor> dys) {
                       std::vector<Tensor> gradients = result.gradient({dys.begin(), dys.end()});
                       check_count(gradients.size(), arguments.size(), loc);
                       custom->has_gradient.clear();
                       TraceResult given;
                       for (const Tensor& gradient : gradients) {
                         custom->has_gradient.push_back(gradient.has_value());
                         if (gradient.has_value()) given.tensors.push_back(gradient);
                       }
                       return given;
                     }),
                     false);
  custom->function = traced.concrete;
  for (const Ref<TensorRep>& value : traced.outer_values) {
    node.inputs.push_back(current_trace->edge_of(value));
  }
  node.spec = &op<"IdentityN">();
  node.name = graph.unique_name("IdentityN");
  node.loc = loc;
  node.custom_gradient = std::move(custom);
  const int index = graph.append(std::move(node));
  std::vector<Tensor> results;
  for (int k = 0; k < static_cast<int>(result.results.size()); ++k) {
    results.push_back(tensor_here({index, k}));
  }
  return results;
}

}  // namespace

std::vector<Tensor> call_with_custom_gradient(const CustomFunction& f,
                                              const std::vector<Tensor>& arguments, Loc loc) {
  return is_tracing() ? graph_call(f, arguments, loc) : eager_call(f, arguments, loc);
}

void custom_node_gradient(const CustomNodeGradient& custom, GradientCall& call) {
  std::vector<Tensor> dys;
  for (std::size_t k = 0; k < custom.num_results; ++k) dys.push_back(call.dy(k));
  std::vector<Ref<TensorRep>> outer_values;
  for (std::size_t i = custom.num_results + custom.num_arguments; i < call.inputs.size(); ++i) {
    outer_values.push_back(Ref<TensorRep>::share(call.inputs[i].rep()));
  }
  const std::vector<Tensor> gradients = append_call(*custom.function, dys, outer_values);
  std::size_t next = 0;
  for (std::size_t i = 0; i < custom.num_arguments; ++i) {
    if (!custom.has_gradient[i]) continue;
    const std::size_t input = custom.num_results + i;
    if (call.needs[input]) call.input_gradients[input] = gradients[next];
    ++next;
  }
}

}  // namespace opscope::runtime
