#include <optional>

#include "gradients/graph_recording.h"
#include "gradients/inner_gradient.h"
#include "gradients/tape.h"
#include "module/variable_state.h"
#include "opscope/error.h"
#include "opscope/runtime/gradient.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {
namespace {

using runtime::Edge;
using runtime::FuncGraph;
using runtime::Recording;
using runtime::Seed;
using runtime::TapeState;
using runtime::ValueKey;

// Sources of either kind.
struct Sources {
  std::span<const Variable> variables = {};
  std::vector<const Tensor*> tensors = {};
};

std::vector<const Tensor*> pointers(std::span<const Tensor> tensors) {
  std::vector<const Tensor*> result;
  for (const Tensor& tensor : tensors) result.push_back(&tensor);
  return result;
}

// One gradient() call: what differs between a tape and a graph is how values are told apart.
class Backward {
 public:
  Backward(TapeState& tape, Loc loc) : tape_(tape), loc_(loc) {}

  std::vector<Tensor> run(std::span<const Tensor> targets, const Sources& sources,
                          const GradientOptions& options) {
    tape_.use();
    check(targets, options);
    std::vector<std::vector<ValueKey>> keys;
    for (const Variable& variable : sources.variables) keys.push_back(keys_of(variable));
    for (const Tensor* tensor : sources.tensors) keys.push_back({key_of(*tensor)});
    std::vector<ValueKey> from;
    for (const Tensor& target : targets) from.push_back(key_of(target));
    const std::unique_ptr<Recording> recording = make_recording();
    std::optional<TapeState::Pause> pause;
    if (!runtime::is_tracing()) pause.emplace(tape_);
    std::vector<Seed> seeds;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!runtime::may_have_gradient(targets[i].dtype())) continue;
      const Tensor* given =
          options.output_gradients.empty() ? nullptr : &options.output_gradients[i];
      const bool is_given = given != nullptr && given->has_value();
      seeds.push_back({from[i], is_given ? *given : ones_like(targets[i])});
    }
    std::vector<Tensor> results = reverse_gradients(*recording, seeds, keys);
    if (options.unconnected_gradients == UnconnectedGradients::zero) fill_zeros(sources, results);
    return results;
  }

 private:
  void check(std::span<const Tensor> targets, const GradientOptions& options) const {
    const auto fail = [&](const std::string& what) {
      throw Error(ErrorCode::invalid_argument, "gradient() at " + describe(loc_) + ": " + what);
    };
    const std::vector<Tensor>& given = options.output_gradients;
    if (given.empty()) return;
    if (given.size() != targets.size()) {
      fail(std::to_string(given.size()) + " output gradients for " +
           std::to_string(targets.size()) + " targets");
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!given[i].has_value()) continue;
      if (given[i].dtype() != targets[i].dtype() ||
          !given[i].shape().is_compatible_with(targets[i].shape())) {
        fail("the output gradient is " + std::string(dtype_name(given[i].dtype())) + " of shape " +
             given[i].shape().to_string() + ", the target " +
             std::string(dtype_name(targets[i].dtype())) + " of shape " +
             targets[i].shape().to_string());
      }
    }
  }

  [[nodiscard]] ValueKey key_of(const Tensor& tensor) const {
    if (!runtime::is_tracing()) return TapeState::key_of(runtime::eager_value(tensor, loc_).get());
    runtime::Trace& trace = *runtime::current_trace;
    return runtime::key_of(trace.edge_of(trace.input(tensor, loc_)));
  }

  [[nodiscard]] std::vector<ValueKey> keys_of(const Variable& variable) const {
    if (!tape_.watches(*variable.state())) return {};
    if (!runtime::is_tracing()) return {TapeState::key_of(variable.state()->handle())};
    for (const auto& capture : runtime::current_trace->graph().captures()) {
      if (capture.variable == variable.state()) return {runtime::key_of(Edge{capture.node, 0})};
    }
    return {};
  }

  [[nodiscard]] std::unique_ptr<Recording> make_recording() const {
    if (!runtime::is_tracing()) return tape_.recording();
    FuncGraph& graph = runtime::current_trace->graph();
    return std::make_unique<runtime::GraphRecording>(
        graph, runtime::tensor_here, [&](int node) { return tape_.has_node(graph, node); });
  }

  static void fill_zeros(const Sources& sources, std::vector<Tensor>& results) {
    std::size_t next = 0;
    for (const Variable& variable : sources.variables) {
      Tensor& result = results[next++];
      if (!result.has_value()) result = zeros(variable.shape(), variable.dtype(), Loc{});
    }
    for (const Tensor* tensor : sources.tensors) {
      Tensor& result = results[next++];
      if (!result.has_value()) result = zeros_like(*tensor);
    }
  }

  TapeState& tape_;
  Loc loc_;
};

// One row of the jacobian for each element of the target.
Tensor jacobian_of(TapeState& state, const Tensor& target, const Sources& sources,
                   const Shape& source_shape, Loc loc) {
  const Shape& shape = target.shape();
  if (!shape.is_fully_defined()) {
    throw Error(ErrorCode::invalid_argument,
                "jacobian() at " + describe(loc) +
                    ": the shape of the target is not known: " + shape.to_string());
  }
  const std::int64_t count = shape.num_elements();
  std::vector<Tensor> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    const Tensor row = reshape(cast(one_hot(Tensor(static_cast<std::int32_t>(i)),
                                            static_cast<std::int32_t>(count), target.dtype()),
                                    target.dtype()),
                               shape);
    const std::vector<Tensor> gradient =
        Backward(state, loc).run({&target, 1}, sources, {.output_gradients = {row}});
    if (!gradient[0].has_value()) return Tensor();
    rows.push_back(gradient[0]);
  }
  Shape full = shape;
  for (const std::int64_t dim : source_shape.dims()) full.append(dim);
  return rows.empty() ? zeros(full, target.dtype(), Loc{}) : reshape(stack(rows), full);
}

}  // namespace

GradientTape::GradientTape(const GradientTapeOptions& options)
    : state_(std::make_unique<TapeState>(options.persistent, options.watch_accessed_variables)) {}

GradientTape::~GradientTape() = default;

void GradientTape::watch(const Tensor& tensor) {
  if (!tensor.has_value()) {
    throw Error(ErrorCode::failed_precondition, "watch() of a Tensor without a value");
  }
}

void GradientTape::watch(const Variable& variable) { state_->watch(*variable.state()); }

std::vector<Tensor> GradientTape::gradient(const Tensor& target,
                                           const std::vector<Variable>& sources,
                                           const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run({&target, 1}, {.variables = sources}, options);
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target,
                                           std::initializer_list<Variable> sources,
                                           const GradientOptions& options, Loc loc) {
  const Sources all{.variables = {sources.begin(), sources.size()}};
  return Backward(*state_, loc).run({&target, 1}, all, options);
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, const std::vector<Tensor>& sources,
                                           const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run({&target, 1}, {.tensors = pointers(sources)}, options);
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, TensorRefs sources,
                                           const GradientOptions& options, Loc loc) {
  Sources all;
  for (const Tensor& source : sources) all.tensors.push_back(&source);
  return Backward(*state_, loc).run({&target, 1}, all, options);
}

std::vector<Tensor> GradientTape::gradient(const std::vector<Tensor>& targets,
                                           const std::vector<Variable>& sources,
                                           const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run(targets, {.variables = sources}, options);
}

std::vector<Tensor> GradientTape::gradient(const std::vector<Tensor>& targets,
                                           const std::vector<Tensor>& sources,
                                           const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run(targets, {.tensors = pointers(sources)}, options);
}

Tensor GradientTape::gradient(const Tensor& target, const Tensor& source,
                              const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run({&target, 1}, {.tensors = {&source}}, options)[0];
}

Tensor GradientTape::gradient(const Tensor& target, const Variable& source,
                              const GradientOptions& options, Loc loc) {
  return Backward(*state_, loc).run({&target, 1}, {.variables = {&source, 1}}, options)[0];
}

Tensor GradientTape::jacobian(const Tensor& target, const Tensor& source, Loc loc) {
  return jacobian_of(*state_, target, {.tensors = {&source}}, source.shape(), loc);
}

Tensor GradientTape::jacobian(const Tensor& target, const Variable& source, Loc loc) {
  return jacobian_of(*state_, target, {.variables = {&source, 1}}, source.shape(), loc);
}

GradientTape::Stopped::Stopped(TapeState& state) : state_(state), was_stopped_(state.is_paused()) {
  state_.set_paused(true);
}

GradientTape::Stopped::~Stopped() { state_.set_paused(was_stopped_); }

GradientTape::Stopped GradientTape::stop_recording() { return Stopped(*state_); }

void GradientTape::reset() { state_->reset(); }

}  // namespace opscope
