// Callbacks that set the learning rate by the epoch, and that keep the weights.
#pragma once

#include <functional>
#include <string>

#include "opscope/keras/callbacks.h"

namespace opscope::keras {

// Before each epoch, sets the learning rate to schedule(epoch, the rate so far).
class LearningRateScheduler : public Callback {
 public:
  using Schedule = std::function<double(int epoch, double rate)>;

  explicit LearningRateScheduler(Schedule schedule) : schedule_(std::move(schedule)) {}
  // Throws failed_precondition when the optimizer follows a schedule of its own.
  void on_epoch_begin(int epoch) override;

 private:
  Schedule schedule_;
};

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  bool save_best_only = false;
  Direction mode = Direction::automatic;
};

// After each epoch, writes the model's weights as a checkpoint that tf.train.Checkpoint(model) and
// Checkpoint(model) read (runtime/checkpoint.h). In the prefix, "{epoch}" stands for the epoch,
// counted from 1, and "{val_loss}" for a value of the logs; "{epoch:02d}" and "{val_loss:.2f}" for
// these with so many digits. Throws not_found for another name, and what writing throws.
class ModelCheckpoint : public Callback {
 public:
  explicit ModelCheckpoint(std::string prefix, const ModelCheckpointOptions& options = {});
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  // The last prefix written; empty when there is none.
  [[nodiscard]] const std::string& last_written() const noexcept { return last_written_; }

 private:
  std::string prefix_;
  ModelCheckpointOptions options_;
  double best_ = 0;
  std::string last_written_;
};

}  // namespace opscope::keras
