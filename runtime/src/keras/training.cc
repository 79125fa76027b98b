#include "keras/training.h"

#include "keras/eager_scope.h"
#include "keras/layer_state.h"
#include "opscope/error.h"
#include "opscope/runtime/gradient.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

Tensor batch_size_of(const StepBatch& batch) {
  return cast(gather(shape(batch.x[0]), 0), DType::float32);
}

Tensor total_loss(const Model& model, const Compiled& compiled, const StepBatch& batch,
                  const std::vector<Tensor>& predictions) {
  if (predictions.size() != batch.y.size()) {
    throw Error(ErrorCode::invalid_argument,
                model.name() + " has " + std::to_string(predictions.size()) + " outputs, but " +
                    std::to_string(batch.y.size()) + " label tensors are given");
  }
  const NameScope scope("compile_loss");
  const Tensor weights = batch.sample_weight.empty() ? Tensor() : batch.sample_weight[0];
  Tensor total;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const Loss& loss = compiled.losses.size() == 1 ? compiled.losses[0] : compiled.losses.at(i);
    const NameScope loss_scope(loss.name());
    Tensor value = loss(batch.y[i], predictions[i], weights);
    if (!compiled.output_losses.empty()) {
      compiled.output_losses[i].update_state(value, batch_size_of(batch));
    }
    if (!compiled.loss_weights.empty()) value = value * compiled.loss_weights.at(i);
    total = total.has_value() ? total + value : value;
  }
  const Tensor penalty = model.regularization_loss();
  return penalty.has_value() ? total + penalty : total;
}

void update_metrics(const Compiled& compiled, const StepBatch& batch,
                    const std::vector<Tensor>& predictions, const Tensor& loss) {
  const NameScope scope("metrics");
  // Each batch counts by its size.
  compiled.loss_tracker.update_state(loss, batch_size_of(batch));
  const std::size_t outputs = predictions.size();
  for (std::size_t i = 0; i < compiled.metrics.size(); ++i) {
    const std::size_t output = outputs == 1 ? 0 : i % outputs;
    const NameScope metric_scope(compiled.metrics[i].name());
    compiled.metrics[i].update_state(batch.y[output], predictions[output]);
  }
}

std::vector<Tensor> results_of(const Compiled& compiled) {
  const NameScope scope("metrics");
  std::vector<Tensor> results{compiled.loss_tracker.result()};
  for (const Mean& loss : compiled.output_losses) results.push_back(loss.result());
  for (const Metric& metric : compiled.metrics) results.push_back(metric.result());
  return results;
}

std::vector<Tensor> train_step(const Model& model, const Compiled& compiled,
                               const StepBatch& batch) {
  const std::vector<Variable> variables = model.trainable_variables();
  GradientTape tape;
  const std::vector<Tensor> predictions = model.apply(batch.x, {.training = true});
  const Tensor loss = total_loss(model, compiled, batch, predictions);
  std::vector<Tensor> gradients;
  {
    const NameScope scope("gradient_tape");
    gradients = tape.gradient(loss, variables);
  }
  compiled.optimizer->apply(gradients, variables);
  update_metrics(compiled, batch, predictions, loss);
  return results_of(compiled);
}

std::vector<Tensor> test_step(const Model& model, const Compiled& compiled,
                              const StepBatch& batch) {
  const std::vector<Tensor> predictions = model.apply(batch.x, {.training = false});
  const Tensor loss = total_loss(model, compiled, batch, predictions);
  update_metrics(compiled, batch, predictions, loss);
  return results_of(compiled);
}

std::vector<const void*> identities(const std::vector<Variable>& variables) {
  std::vector<const void*> result;
  for (const Variable& variable : variables) result.push_back(variable.state().get());
  return result;
}

std::vector<std::string> output_names(const ModelState& state, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(state.functional ? state.functional->outputs.at(i).layer_name()
                                     : "output_" + std::to_string(i));
  }
  return names;
}

}  // namespace

void Model::compile(const CompileOptions& options) {
  if (options.loss.empty()) throw Error(ErrorCode::invalid_argument, "compile() needs a loss");
  ModelState& state = model_state();
  const std::size_t outputs =
      state.functional ? state.functional->outputs.size() : options.loss.size();
  const auto require_count = [&](std::size_t count, const char* what) {
    if (count == outputs || count <= 1) return;
    throw Error(ErrorCode::invalid_argument, "compile(): " + std::to_string(count) + " " + what +
                                                 " for " + std::to_string(outputs) + " outputs");
  };
  require_count(options.loss.size(), "losses");
  if (!options.loss_weights.empty() && options.loss_weights.size() != outputs) {
    require_count(options.loss_weights.size() + 1, "loss weights");
  }
  const EagerScope eager;
  auto compiled = std::make_unique<Compiled>(Compiled{.optimizer = options.optimizer,
                                                      .losses = options.loss,
                                                      .loss_weights = options.loss_weights,
                                                      .metrics = {}});
  compiled->names = {"loss"};
  const std::vector<std::string> names = output_names(state, outputs);
  if (outputs > 1) {
    for (const std::string& output : names) {
      compiled->output_losses.emplace_back(output + "_loss");
      compiled->names.push_back(output + "_loss");
    }
  }
  // With several outputs each measure is taken of each of them.
  for (const Metric& metric : options.metrics) {
    for (std::size_t i = 0; i < outputs; ++i) {
      const std::string name = outputs == 1 ? metric.name() : names[i] + "_" + metric.name();
      compiled->metrics.push_back(outputs == 1 ? metric : metric.renamed(name));
      compiled->names.push_back(name);
    }
  }
  state.compiled = std::move(compiled);
}

Compiled& require_compiled(const Model& model, const char* what) {
  if (!model.is_compiled()) {
    throw Error(ErrorCode::failed_precondition,
                std::string(what) + "() of " + model.name() + ": call compile() before");
  }
  return *model.model_state().compiled;
}

void ensure_built(const Model& model, const std::vector<Tensor>& x) {
  ModelState& state = model.model_state();
  if (state.functional || (state.is_traced_once && model.is_built())) return;
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
  for (const Tensor& tensor : x) {
    shapes.push_back(with_any_batch(tensor.shape()));
    dtypes.push_back(tensor.dtype());
  }
  model.build_for(shapes);
  if (!state.sequence_input) (void)infer_outputs(model, shapes, dtypes);
  state.is_traced_once = true;
}

void ensure_steps(const Model& model, Compiled& compiled) {
  ModelState& state = model.model_state();
  state.current = &model;
  const std::vector<Variable> variables = model.trainable_variables();
  std::vector<const void*> trained = identities(variables);
  if (compiled.train_step && trained == compiled.trained) return;
  compiled.trained = std::move(trained);
  compiled.train_concrete.reset();
  compiled.optimizer->build(variables);
  // The state outlives the functions, which it owns; the handle that trains is told by `current`.
  ModelState* owner = &state;
  compiled.train_step = function(
      [owner](const StepBatch& batch) {
        return train_step(*owner->current, *owner->compiled, batch);
      },
      {}, {.name = "train_step"});
  compiled.test_step = function(
      [owner](const StepBatch& batch) {
        return test_step(*owner->current, *owner->compiled, batch);
      },
      {}, {.name = "test_step"});
}

Logs logs_of(const Compiled& compiled, const std::vector<Tensor>& values) {
  Logs logs;
  for (std::size_t i = 0; i < values.size(); ++i) logs.set(compiled.names[i], values[i].item());
  return logs;
}

Logs Model::train_on_batch(const TensorList& x, const TensorList& y, const Tensor& sample_weight) {
  Compiled& compiled = require_compiled(*this, "train_on_batch");
  const DataSet data(x, y, sample_weight);
  ensure_built(*this, data.x);
  ensure_steps(*this, compiled);
  return logs_of(compiled, (*compiled.train_step)(data.slice(0, data.size)));
}

Logs Model::test_on_batch(const TensorList& x, const TensorList& y, const Tensor& sample_weight) {
  Compiled& compiled = require_compiled(*this, "test_on_batch");
  const DataSet data(x, y, sample_weight);
  ensure_built(*this, data.x);
  ensure_steps(*this, compiled);
  return logs_of(compiled, (*compiled.test_step)(data.slice(0, data.size)));
}

}  // namespace opscope::keras
