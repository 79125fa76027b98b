// The loops over epochs and batches.
#include <algorithm>
#include <numeric>
#include <random>

#include "keras/interrupt.h"
#include "keras/progress.h"
#include "keras/training.h"
#include "opscope/error.h"
#include "opscope/keras/session.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

std::int64_t batch_count(std::int64_t size, std::int64_t batch_size) {
  return (size + batch_size - 1) / batch_size;
}

void require_batch_size(std::int64_t batch_size) {
  if (batch_size > 0) return;
  throw Error(ErrorCode::invalid_argument,
              "batch_size must be positive, got " + std::to_string(batch_size));
}

// The weight of each example: its own times that of its class.
Tensor combined_weights(const FitOptions& options, const TensorList& y) {
  if (options.class_weight.empty()) return options.sample_weight;
  if (y.tensors().size() != 1) {
    throw Error(ErrorCode::invalid_argument, "class_weight needs a model with one output");
  }
  Tensor labels = y.tensors()[0];
  const int rank = labels.shape().rank();
  if (rank == 2 && labels.shape()[1] > 1) labels = argmax(labels, 1);
  labels = cast(reshape(labels, {kAnyDim}), DType::int64);
  std::vector<float> weights;
  for (const std::int64_t label : labels.values<std::int64_t>()) {
    const auto found = options.class_weight.find(label);
    weights.push_back(found == options.class_weight.end() ? 1.f : found->second);
  }
  const Tensor by_class = opscope::constant(weights);
  if (!options.sample_weight.has_value()) return by_class;
  return by_class * reshape(cast(options.sample_weight, DType::float32), {kAnyDim});
}

// The values by name, as Keras orders them.
Logs sorted(const Logs& logs) {
  std::vector<std::pair<std::string, double>> values(logs.begin(), logs.end());
  std::sort(values.begin(), values.end());
  Logs result;
  for (const auto& [name, value] : values) result.set(name, value);
  return result;
}

Logs run_evaluation(Model& model, const DataSet& data, std::int64_t batch_size,
                    const std::vector<Callback*>& callbacks, Progress* progress) {
  Compiled& compiled = *model.model_state().compiled;
  model.reset_metrics();
  for (Callback* callback : callbacks) callback->on_test_begin();
  Logs logs;
  const std::int64_t steps = batch_count(data.size, batch_size);
  for (std::int64_t step = 0; step < steps; ++step) {
    for (Callback* callback : callbacks) callback->on_test_batch_begin(step);
    const std::int64_t begin = step * batch_size;
    logs = sorted(logs_of(compiled, (*compiled.test_step)(data.slice(
                                        begin, std::min(begin + batch_size, data.size)))));
    for (Callback* callback : callbacks) callback->on_test_batch_end(step, logs);
    if (progress != nullptr) progress->update(step + 1, logs);
  }
  for (Callback* callback : callbacks) callback->on_test_end(logs);
  return logs;
}

// The state of one fit().
class Fit {
 public:
  Fit(Model& model, const DataSet& train, std::optional<DataSet> validation,
      const FitOptions& options)
      : model_(model),
        compiled_(*model.model_state().compiled),
        train_(train),
        validation_(std::move(validation)),
        options_(options),
        steps_(batch_count(train.size, options.batch_size)),
        progress_(options.verbose, steps_),
        order_(static_cast<std::size_t>(train.size)) {
    std::iota(order_.begin(), order_.end(), std::int64_t{0});
    if (options.shuffle) {
      random_.seed(static_cast<std::uint64_t>(options.shuffle_seed.value_or(next_seed())));
    }
  }

  History run() {
    InterruptScope interrupt;
    model_.model_state().should_stop = false;
    for (Callback* callback : options_.callbacks) callback->on_train_begin();
    for (int epoch = options_.initial_epoch; epoch < options_.epochs; ++epoch) {
      progress_.begin_epoch(epoch, options_.epochs);
      progress_.begin_pass();
      if (!run_epoch(epoch, interrupt)) break;
      if (model_.model_state().should_stop) break;
    }
    for (Callback* callback : options_.callbacks) callback->on_train_end(logs_);
    interrupt.finish();
    return std::move(history_);
  }

 private:
  // False when it was interrupted.
  bool run_epoch(int epoch, const InterruptScope& interrupt) {
    for (Callback* callback : options_.callbacks) callback->on_epoch_begin(epoch);
    model_.reset_metrics();
    if (options_.shuffle) std::shuffle(order_.begin(), order_.end(), random_);
    for (std::int64_t step = 0; step < steps_; ++step) {
      run_step(step);
      if (interrupt.was_interrupted()) return false;
      if (model_.model_state().should_stop) break;
    }
    const bool validates = validation_ && (epoch + 1) % options_.validation_freq == 0;
    if (validates) {
      const Logs logs =
          run_evaluation(model_, *validation_, options_.batch_size, options_.callbacks, nullptr);
      for (const auto& [name, value] : logs) logs_.set("val_" + name, value);
    }
    progress_.finish(logs_);
    for (Callback* callback : options_.callbacks) callback->on_epoch_end(epoch, logs_);
    record(epoch);
    return !interrupt.was_interrupted();
  }

  void run_step(std::int64_t step) {
    for (Callback* callback : options_.callbacks) callback->on_train_batch_begin(step);
    const std::int64_t begin = step * options_.batch_size;
    const std::int64_t end = std::min(begin + options_.batch_size, train_.size);
    const StepBatch batch =
        options_.shuffle
            ? train_.gather(std::span(order_).subspan(static_cast<std::size_t>(begin),
                                                      static_cast<std::size_t>(end - begin)))
            : train_.slice(begin, end);
    logs_ = sorted(logs_of(compiled_, (*compiled_.train_step)(batch)));
    if (!compiled_.train_concrete) {
      compiled_.train_concrete = compiled_.train_step->get_concrete_function(batch);
    }
    for (Callback* callback : options_.callbacks) callback->on_train_batch_end(step, logs_);
    progress_.update(step + 1, logs_);
  }

  void record(int epoch) {
    history_.epoch.push_back(epoch);
    for (const auto& [name, value] : logs_) {
      auto found =
          std::find_if(history_.history.begin(), history_.history.end(),
                       [&, &wanted = name](const auto& entry) { return entry.first == wanted; });
      if (found == history_.history.end()) {
        found = history_.history.insert(found, {name, {}});
      }
      found->second.push_back(value);
    }
  }

  Model& model_;
  Compiled& compiled_;
  const DataSet& train_;
  std::optional<DataSet> validation_;
  const FitOptions& options_;
  std::int64_t steps_;
  Progress progress_;
  std::vector<std::int64_t> order_;
  std::mt19937_64 random_;
  Logs logs_;
  History history_;
};

}  // namespace

History Model::fit(const TensorList& x, const TensorList& y, const FitOptions& options) {
  Compiled& compiled = require_compiled(*this, "fit");
  require_batch_size(options.batch_size);
  DataSet train(x, y, combined_weights(options, y));
  std::optional<DataSet> validation;
  if (options.validation_data) {
    const ValidationData& data = *options.validation_data;
    validation.emplace(data.x, data.y, data.sample_weight);
  } else if (options.validation_split > 0) {
    const auto kept =
        static_cast<std::int64_t>(static_cast<double>(train.size) * (1 - options.validation_split));
    if (!(options.validation_split < 1) || kept < 1 || kept == train.size) {
      throw Error(ErrorCode::invalid_argument,
                  "validation_split " + std::to_string(options.validation_split) + " of " +
                      std::to_string(train.size) + " examples leaves one part empty");
    }
    validation.emplace(train.part(kept, train.size));
    train = train.part(0, kept);
  }
  if (options.validation_freq < 1) {
    throw Error(ErrorCode::invalid_argument, "validation_freq must be positive");
  }
  ensure_built(*this, train.x);
  ensure_steps(*this, compiled);
  for (Callback* callback : options.callbacks) callback->set_model(this);
  return Fit(*this, train, std::move(validation), options).run();
}

Logs Model::evaluate(const TensorList& x, const TensorList& y, const EvaluateOptions& options) {
  Compiled& compiled = require_compiled(*this, "evaluate");
  require_batch_size(options.batch_size);
  const DataSet data(x, y, options.sample_weight);
  ensure_built(*this, data.x);
  ensure_steps(*this, compiled);
  for (Callback* callback : options.callbacks) callback->set_model(this);
  Progress progress(options.verbose, batch_count(data.size, options.batch_size));
  const Logs logs = run_evaluation(*this, data, options.batch_size, options.callbacks, &progress);
  progress.finish(logs);
  return logs;
}

std::vector<Tensor> Model::predict_all(const TensorList& x, const PredictOptions& options) {
  require_batch_size(options.batch_size);
  const DataSet data(x, TensorList(std::vector<Tensor>()), Tensor());
  ensure_built(*this, data.x);
  ModelState& state = model_state();
  state.current = this;
  if (!state.predict) {
    ModelState* owner = &state;
    state.predict = function(
        [owner](const std::vector<Tensor>& inputs) {
          return owner->current->apply(inputs, {.training = false});
        },
        {}, {.name = "predict_step"});
  }
  for (Callback* callback : options.callbacks) {
    callback->set_model(this);
    callback->on_predict_begin();
  }
  std::vector<std::vector<Tensor>> parts;
  for (std::int64_t begin = 0; begin < data.size; begin += options.batch_size) {
    const StepBatch batch = data.slice(begin, std::min(begin + options.batch_size, data.size));
    const std::vector<Tensor> outputs = (*state.predict)(batch.x);
    parts.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) parts[i].push_back(outputs[i]);
  }
  std::vector<Tensor> results;
  for (const std::vector<Tensor>& part : parts) {
    results.push_back(part.size() == 1 ? part[0] : concat(part, 0));
  }
  for (Callback* callback : options.callbacks) callback->on_predict_end();
  return results;
}

Tensor Model::predict(const TensorList& x, const PredictOptions& options) {
  std::vector<Tensor> results = predict_all(x, options);
  if (results.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                name() + " has " + std::to_string(results.size()) + " outputs: call predict_all()");
  }
  return results[0];
}

const std::vector<double>& History::at(std::string_view name) const {
  std::string names;
  for (const auto& [key, values] : history) {
    if (key == name) return values;
    names += (names.empty() ? "" : ", ") + key;
  }
  throw Error(ErrorCode::not_found,
              "no history of '" + std::string(name) + "'; there are: " + names);
}

}  // namespace opscope::keras
