// Model: a Layer of layers that can be trained.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/keras/callbacks.h"
#include "opscope/keras/layer.h"
#include "opscope/keras/losses.h"
#include "opscope/keras/metrics.h"
#include "opscope/keras/optimizers.h"

namespace opscope::keras {

struct ModelState;

// One Tensor, or one for each input or output of a model.
class TensorList {
 public:
  TensorList(const Tensor& tensor) : tensors_{tensor} {}                     // NOLINT
  TensorList(std::vector<Tensor> tensors) : tensors_(std::move(tensors)) {}  // NOLINT
  TensorList(std::initializer_list<Tensor> tensors) : tensors_(tensors) {}   // NOLINT
  [[nodiscard]] const std::vector<Tensor>& tensors() const noexcept { return tensors_; }

 private:
  std::vector<Tensor> tensors_;
};

struct CompileOptions {
  OptimizerHandle optimizer = RMSprop();
  // One, or one for each output.
  std::vector<Loss> loss = {};
  std::vector<Metric> metrics = {};
  std::vector<float> loss_weights = {};  // empty: 1 each
};

// What is printed to stdout. automatic: a bar on a terminal, nothing else.
enum class Verbose { automatic, silent, bar, line_per_epoch };

struct ValidationData {
  TensorList x;
  TensorList y;
  Tensor sample_weight = Tensor();
};

struct FitOptions {
  std::int64_t batch_size = 32;
  int epochs = 1;
  Verbose verbose = Verbose::automatic;
  std::vector<Callback*> callbacks = {};  // borrowed
  double validation_split = 0;            // the last part of the data, not trained on
  std::optional<ValidationData> validation_data = std::nullopt;
  int validation_freq = 1;  // epochs
  bool shuffle = true;
  Seed shuffle_seed = std::nullopt;                 // unset: the next of the process
  std::map<std::int64_t, float> class_weight = {};  // by class index; others 1
  Tensor sample_weight = Tensor();                  // one per example
  int initial_epoch = 0;
};

struct EvaluateOptions {
  std::int64_t batch_size = 32;
  Verbose verbose = Verbose::automatic;
  std::vector<Callback*> callbacks = {};
  Tensor sample_weight = Tensor();
};

struct PredictOptions {
  std::int64_t batch_size = 32;
  std::vector<Callback*> callbacks = {};
};

// What fit() gives: each metric's value at the end of each epoch.
struct History {
  std::vector<int> epoch;
  std::vector<std::pair<std::string, std::vector<double>>> history;

  // Throws not_found with the names there are.
  [[nodiscard]] const std::vector<double>& at(std::string_view name) const;
};

struct SummaryOptions {
  int line_length = 0;  // 0: 65, with a column of connections 98
};

struct ModelOptions {
  std::string name = {};
};

// A functional model is made of what Input() and layer calls give:
//
//   const KerasTensor x = Input({28, 28, 1});
//   Model model(x, Dense(10)(Flatten()(x)));
//
// A model of one's own derives from LayerOf<Mlp, Model>, holds its layers by add_layer() and
// overrides call(). Training works on all of them. A copy of the type Model of a model of one's own
// has no call(): pass these by reference, or as what they are.
//
// The training step, the evaluation step and the prediction are one traced function each: a trace
// for the batches, and one for a last batch that is smaller.
class Model : public LayerOf<Model> {
 public:
  Model(const KerasTensor& input, const KerasTensor& output, const ModelOptions& options = {});
  Model(const std::vector<KerasTensor>& inputs, const std::vector<KerasTensor>& outputs,
        const ModelOptions& options = {});
  // For derived classes.
  explicit Model(std::string_view class_name, std::string_view name = "");

  // Without the InputLayer of a Sequential, as in Keras.
  [[nodiscard]] std::vector<LayerPtr> layers() const;
  // Throws invalid_argument when there is none.
  [[nodiscard]] Layer& get_layer(std::string_view name) const;
  [[nodiscard]] Layer& get_layer(std::size_t index) const;

  // The table of layers, in the form of the TensorFlow 2 that printed it first; columns of 65 (98
  // with connections) characters. Throws failed_precondition for a model that is not built.
  void summary(const SummaryOptions& options = {}) const;
  [[nodiscard]] std::string summary_text(const SummaryOptions& options = {}) const;

  // As Keras's to_json(). Throws unimplemented for a model that is neither Sequential nor
  // functional.
  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] bool has_json() const noexcept;

  // Forgets what was compiled before. Throws invalid_argument without a loss.
  void compile(const CompileOptions& options);

  // Throw failed_precondition before compile(), invalid_argument for data that does not fit.
  // Ctrl-C ends the training after the batch; logs are closed, then the signal has its effect.
  History fit(const TensorList& x, const TensorList& y, const FitOptions& options = {});
  Logs evaluate(const TensorList& x, const TensorList& y, const EvaluateOptions& options = {});
  // For a model with one output.
  [[nodiscard]] Tensor predict(const TensorList& x, const PredictOptions& options = {});
  [[nodiscard]] std::vector<Tensor> predict_all(const TensorList& x,
                                                const PredictOptions& options = {});
  // One step; the metrics since the last reset_metrics().
  Logs train_on_batch(const TensorList& x, const TensorList& y,
                      const Tensor& sample_weight = Tensor());
  Logs test_on_batch(const TensorList& x, const TensorList& y,
                     const Tensor& sample_weight = Tensor());
  void reset_metrics() const;

  [[nodiscard]] const Optimizer& optimizer() const;
  [[nodiscard]] bool is_compiled() const noexcept;
  // Ends fit() after this batch; for callbacks.
  void stop_training() const noexcept;
  // How often the training step has been traced.
  [[nodiscard]] std::int64_t train_trace_count() const noexcept;

  // For this module's own code.
  [[nodiscard]] ModelState& model_state() const noexcept { return *model_state_; }

 protected:
  void build_all(const std::vector<Shape>& inputs) const override;
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
  [[nodiscard]] bool casts_inputs() const override { return false; }

 private:
  // Of a Sequential.
  void build_sequence(const std::vector<Shape>& inputs) const;
  [[nodiscard]] std::vector<Tensor> call_sequence(std::vector<Tensor> value) const;

  std::shared_ptr<ModelState> model_state_;
};

}  // namespace opscope::keras
