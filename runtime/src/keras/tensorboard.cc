#include "opscope/keras/tensorboard.h"

#include <chrono>
#include <optional>

#include "keras/train_graph.h"
#include "opscope/error.h"
#include "opscope/keras/model.h"
#include "opscope/profiler/hooks.h"
#include "opscope/profiler/zone.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/histogram.h"
#include "opscope/summary/trace.h"

namespace opscope::keras {

struct TensorBoard::State {
  using Clock = std::chrono::steady_clock;

  State(std::string dir, const TensorBoardOptions& with) : log_dir(std::move(dir)), options(with) {}

  // A run's writer, made when it is first needed.
  summary::FileWriter& train() {
    if (!train_writer) train_writer.emplace(summary::create_file_writer(log_dir + "/train"));
    return *train_writer;
  }
  summary::FileWriter& validation() {
    if (!validation_writer) {
      validation_writer.emplace(summary::create_file_writer(log_dir + "/validation"));
    }
    return *validation_writer;
  }

  void stop_trace(std::int64_t last) {
    step.reset();
    is_tracing = false;
    summary::trace_export(train(), {.name = "batch_" + std::to_string(last),
                                    .step = last,
                                    .profiler_outdir = log_dir + "/train"});
  }

  std::string log_dir;
  TensorBoardOptions options;
  std::optional<summary::FileWriter> train_writer;
  std::optional<summary::FileWriter> validation_writer;
  std::optional<profiler::Step> step;
  std::int64_t batch = 0;  // of all epochs, from 1
  bool is_graph_due = false;
  bool is_tracing = false;
  Clock::time_point batch_start{};
  Clock::time_point epoch_start{};
  std::int64_t epoch_batches = 0;
};

TensorBoard::TensorBoard(std::string log_dir, const TensorBoardOptions& options)
    : state_(std::make_unique<State>(std::move(log_dir), options)) {
  const bool is_valid = options.profile_first_batch >= 0 && options.histogram_freq >= 0 &&
                        options.update_freq >= 0 &&
                        options.profile_last_batch >= options.profile_first_batch;
  if (!is_valid) {
    throw Error(ErrorCode::invalid_argument,
                "TensorBoard: frequencies must not be negative, and the last batch to profile not "
                "before the first");
  }
}

TensorBoard::~TensorBoard() {
  if (state_->is_tracing) summary::trace_off();
}

void TensorBoard::set_model(Model* model) {
  Callback::set_model(model);
  if (!state_->options.write_graph || model == nullptr) return;
  if (model->has_json()) state_->train().keras_model("keras", model->to_json(), 0);
  state_->is_graph_due = true;
}

void TensorBoard::on_train_begin() { state_->batch = 0; }

void TensorBoard::on_train_end(const Logs&) {
  if (state_->is_tracing) state_->stop_trace(state_->batch);
  if (state_->train_writer) state_->train_writer->close();
  if (state_->validation_writer) state_->validation_writer->close();
  state_->train_writer.reset();
  state_->validation_writer.reset();
}

void TensorBoard::on_epoch_begin(int) {
  state_->epoch_start = State::Clock::now();
  state_->epoch_batches = state_->batch;
}

void TensorBoard::on_train_batch_begin(std::int64_t) {
  ++state_->batch;
  state_->batch_start = State::Clock::now();
  if (state_->options.profile_first_batch > 0 &&
      state_->batch == state_->options.profile_first_batch) {
    summary::trace_on({.graph = true, .profiler = true});
    state_->is_tracing = true;
  }
  if (state_->is_tracing) state_->step.emplace(state_->batch);
}

void TensorBoard::on_train_batch_end(std::int64_t, const Logs& logs) {
  state_->step.reset();
  const std::int64_t batch = state_->batch;
  if (state_->is_graph_due) {
    state_->is_graph_due = false;
    write_train_graph(model(), state_->train());
  }
  const std::int64_t frequency = state_->options.update_freq;
  if (frequency > 0 && batch % frequency == 0) {
    if (state_->options.write_steps_per_second) {
      const std::chrono::duration<double> seconds = State::Clock::now() - state_->batch_start;
      state_->train().scalar("batch_steps_per_second", 1 / seconds.count(), batch);
    }
    for (const auto& [name, value] : logs) state_->train().scalar("batch_" + name, value, batch);
  }
  if (state_->is_tracing && batch >= state_->options.profile_last_batch) state_->stop_trace(batch);
}

void TensorBoard::on_test_end(const Logs& logs) {
  const std::int64_t step = model().optimizer().iterations();
  for (const auto& [name, value] : logs) {
    state_->validation().scalar("evaluation_" + name + "_vs_iterations", value, step);
  }
  state_->validation().flush();
}

namespace {

constexpr std::string_view kValidation = "val_";

void write_histograms(const Model& model, summary::FileWriter& writer, std::int64_t epoch) {
  for (const LayerPtr& layer : model.layers()) {
    const std::vector<Variable> variables = layer->variables();
    const std::vector<std::string> paths = layer->weight_paths();
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (variables[i].dtype() != DType::float32) continue;
      const Tensor value = variables[i].read();
      summary::histogram(writer, paths[i] + "/histogram", value.values<float>(), epoch);
    }
  }
}

}  // namespace

void TensorBoard::on_epoch_end(int epoch, const Logs& logs) {
  for (const auto& [name, value] : logs) {
    if (name.starts_with(kValidation)) continue;
    state_->train().scalar("epoch_" + name, value, epoch);
  }
  state_->train().scalar("epoch_learning_rate", model().optimizer().learning_rate(), epoch);
  if (state_->options.write_steps_per_second) {
    const std::chrono::duration<double> seconds = State::Clock::now() - state_->epoch_start;
    const auto batches = static_cast<double>(state_->batch - state_->epoch_batches);
    state_->train().scalar("epoch_steps_per_second", batches / seconds.count(), epoch);
  }
  for (const auto& [name, value] : logs) {
    if (!name.starts_with(kValidation)) continue;
    state_->validation().scalar("epoch_" + name.substr(kValidation.size()), value, epoch);
  }
  const int frequency = state_->options.histogram_freq;
  if (frequency > 0 && epoch % frequency == 0) write_histograms(model(), state_->train(), epoch);
  state_->train().flush();
  if (state_->validation_writer) state_->validation_writer->flush();
}

}  // namespace opscope::keras
