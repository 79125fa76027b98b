#include "graph/concrete.h"

#include <algorithm>

#include "core/pooled_array.h"
#include "exec/execute.h"
#include "exec/node_report.h"
#include "gradients/function_gradient.h"
#include "gradients/tape.h"
#include "graph/export.h"
#include "graph/function_trace.h"
#include "module/variable_state.h"
#include "opscope/error.h"
#include "opscope/profiler/profiler.h"
#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/summary/trace.h"
#include "tensor/eager_state.h"

namespace opscope {
namespace runtime {

ConcreteCore::ConcreteCore(std::shared_ptr<const FuncGraph> traced, std::size_t num_arguments,
                           std::any result_structure)
    : graph_(ordered(std::move(traced))),
      structure_(std::move(result_structure)),
      plan_(graph_, ArgumentMode::borrowed) {
  for (std::size_t i = 0; i < num_arguments; ++i) {
    const Node& node = graph_->node(graph_->arguments()[i]);
    inputs_.push_back({node.outputs[0].shape, node.outputs[0].dtype, node.name});
  }
  for (const Edge result : graph_->results()) {
    const NodeOutput& output = graph_->output(result);
    outputs_.push_back({output.shape, output.dtype, graph_->node(result.node).name});
  }
  for (const VariableCapture& capture : graph_->captures()) {
    resources_.push_back(capture.variable->handle());
  }
}

void ConcreteCore::run(std::span<const TensorRep* const> arguments, TensorRep** outputs) const {
  if (eager_state.tape != nullptr && eager_state.tape->is_recording()) [[unlikely]] {
    run_recorded(*this, arguments, outputs);
  } else {
    run_unrecorded(arguments, outputs);
  }
}

std::shared_ptr<const CallGradient> ConcreteCore::gradient() const {
  const std::lock_guard lock(gradient_mutex_);
  if (gradient_error_) throw Error(*gradient_error_);
  if (gradient_ != nullptr) return gradient_;
  try {
    gradient_ = std::make_shared<const CallGradient>(*this);
  } catch (const Error& error) {
    gradient_error_ = error;
    throw;
  }
  return gradient_;
}

void ConcreteCore::run_unrecorded(std::span<const TensorRep* const> arguments,
                                  TensorRep** outputs) const {
  PooledArray<const TensorRep*, 12> all(arguments.size() + resources_.size());
  std::copy(arguments.begin(), arguments.end(), all.begin());
  std::copy(resources_.begin(), resources_.end(), all.begin() + arguments.size());
  PooledArray<Ref<TensorRep>, 4> results(outputs_.size());
  if (profiler::is_recording() || summary::trace_wants_graphs()) [[unlikely]] {
    run_observed(all.span(), results.span());
  } else {
    run_plan(plan_, all.span(), results.span());
  }
  for (std::size_t i = 0; i < results.size(); ++i) outputs[i] = results[i].leak();
}

void ConcreteCore::run_observed(std::span<const TensorRep* const> arguments,
                                std::span<Ref<TensorRep>> results) const {
  const RunObserver observer{.wants_node_stats = summary::trace_wants_graphs(),
                             .wants_profile = profiler::is_recording(),
                             .graph_key = &graph_->name()};
  if (observer.wants_node_stats) {
    std::call_once(display_once_, [&] {
      display_graph_ =
          std::make_shared<const proto::GraphDef>(export_graph(*graph_, {.for_display = true}));
    });
    summary::trace_add_graph(graph_->name(), *display_graph_);
  }
  if (observer.wants_profile) report_memory();
  const profiler::Zone zone(observer.wants_profile ? profiler::intern(graph_->name())
                                                   : profiler::NameId::none);
  run_plan_observed(plan_, arguments, results, observer);
}

const std::any& result_structure(const ConcreteCore& core) { return core.structure(); }

}  // namespace runtime

ConcreteFunction::ConcreteFunction(std::shared_ptr<const runtime::ConcreteCore> core) noexcept
    : core_(std::move(core)) {}

const std::string& ConcreteFunction::name() const noexcept { return core_->graph().name(); }
const std::vector<TensorSpec>& ConcreteFunction::inputs() const noexcept { return core_->inputs(); }
const std::vector<TensorSpec>& ConcreteFunction::outputs() const noexcept {
  return core_->outputs();
}

std::vector<Tensor> ConcreteFunction::operator()(const std::vector<Tensor>& arguments) const {
  if (arguments.size() != inputs().size()) {
    throw Error(ErrorCode::invalid_argument, name() + " takes " + std::to_string(inputs().size()) +
                                                 " arguments, got " +
                                                 std::to_string(arguments.size()));
  }
  if (runtime::is_tracing()) return runtime::append_call(*core_, arguments);
  std::vector<const runtime::TensorRep*> reps;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    runtime::require_fits(inputs()[i], arguments[i], i, name());
    reps.push_back(arguments[i].rep());
  }
  std::vector<runtime::TensorRep*> outputs(core_->outputs().size(), nullptr);
  core_->run(reps, outputs.data());
  std::vector<Tensor> results;
  for (runtime::TensorRep* output : outputs) results.push_back(Tensor(output));
  return results;
}

proto::GraphDef ConcreteFunction::graph_def() const {
  return runtime::export_graph(core_->graph(), {});
}

proto::FunctionDef ConcreteFunction::function_def() const {
  return runtime::export_function(core_->graph());
}

std::vector<std::string> ConcreteFunction::output_names() const {
  std::vector<std::string> names;
  for (const runtime::Edge result : core_->graph().results()) {
    names.push_back(core_->graph().node(result.node).name + ":" + std::to_string(result.output));
  }
  return names;
}

std::vector<std::string> ConcreteFunction::control_output_names() const {
  std::vector<std::string> names;
  for (const runtime::Node& node : core_->graph().nodes()) {
    if (node.has_effects) names.push_back(node.name);
  }
  return names;
}

}  // namespace opscope
