// Callbacks: what fit(), evaluate() and predict() call as they go.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opscope/runtime/tensor.h"

namespace opscope::keras {

class Model;

// Names and values in the order they were computed: "loss", "accuracy", "val_loss".
class Logs {
 public:
  void set(std::string_view name, double value);
  // Null when there is none.
  [[nodiscard]] const double* find(std::string_view name) const noexcept;
  // Throws not_found with the names there are.
  [[nodiscard]] double at(std::string_view name) const;
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] auto begin() const noexcept { return values_.begin(); }
  [[nodiscard]] auto end() const noexcept { return values_.end(); }

 private:
  std::vector<std::pair<std::string, double>> values_;
};

// Epochs and batches count from 0. The logs of a batch are the means since the epoch began.
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(int) {}
  virtual void on_epoch_end(int, const Logs&) {}
  virtual void on_train_batch_begin(std::int64_t) {}
  virtual void on_train_batch_end(std::int64_t, const Logs&) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t) {}
  virtual void on_test_batch_end(std::int64_t, const Logs&) {}
  virtual void on_predict_begin() {}
  virtual void on_predict_end() {}

  // The model that trains, while it does.
  [[nodiscard]] Model& model() const;
  // Called by the model before everything else.
  virtual void set_model(Model* model) { model_ = model; }

 private:
  Model* model_ = nullptr;
};

struct LambdaCallbackOptions {
  std::function<void(int epoch)> on_epoch_begin = {};
  std::function<void(int epoch, const Logs&)> on_epoch_end = {};
  std::function<void(std::int64_t batch, const Logs&)> on_train_batch_end = {};
  std::function<void()> on_train_begin = {};
  std::function<void(const Logs&)> on_train_end = {};
};

class LambdaCallback : public Callback {
 public:
  explicit LambdaCallback(LambdaCallbackOptions options) : options_(std::move(options)) {}
  void on_train_begin() override;
  void on_train_end(const Logs& logs) override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;

 private:
  LambdaCallbackOptions options_;
};

enum class Direction {
  automatic,
  min,
  max
};  // automatic: max for accuracies, areas below curves, precision and recall, else min

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;
  int patience = 0;
  Direction mode = Direction::automatic;
  double baseline = 0;
  bool has_baseline = false;
  bool restore_best_weights = false;
  int start_from_epoch = 0;
};

// Ends the training when `monitor` has not improved for `patience` epochs.
class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(const EarlyStoppingOptions& options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  // The epoch that ended the training; 0 when none did.
  [[nodiscard]] int stopped_epoch() const noexcept { return stopped_epoch_; }
  [[nodiscard]] double best() const noexcept { return best_; }

 private:
  [[nodiscard]] bool is_better(double value, double than) const noexcept;
  EarlyStoppingOptions options_;
  double best_ = 0;
  int wait_ = 0;
  int stopped_epoch_ = 0;
  int best_epoch_ = 0;
  std::vector<Tensor> best_weights_;
};

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;
  int patience = 10;
  Direction mode = Direction::automatic;
  double min_delta = 1e-4;
  int cooldown = 0;
  double min_lr = 0;
};

// Multiplies the learning rate when `monitor` has not improved for `patience` epochs.
class ReduceLROnPlateau : public Callback {
 public:
  explicit ReduceLROnPlateau(const ReduceLROnPlateauOptions& options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;

 private:
  ReduceLROnPlateauOptions options_;
  double best_ = 0;
  int wait_ = 0;
  int cooldown_ = 0;
};

// Ends the training when a batch's loss is NaN or infinite.
class TerminateOnNaN : public Callback {
 public:
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
};

struct CSVLoggerOptions {
  char separator = ',';
  bool append = false;
};

// A line per epoch: "epoch,accuracy,loss,val_loss". Each is in the file when the epoch ends.
class CSVLogger : public Callback {
 public:
  explicit CSVLogger(std::string path, const CSVLoggerOptions& options = {});
  ~CSVLogger() override;
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;

 private:
  struct File;
  std::string path_;
  CSVLoggerOptions options_;
  std::unique_ptr<File> file_;
};

}  // namespace opscope::keras
