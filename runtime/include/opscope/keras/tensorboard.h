// The TensorBoard callback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "opscope/keras/callbacks.h"

namespace opscope::keras {

struct TensorBoardOptions {
  // Epochs between histograms of the weights; 0: none.
  int histogram_freq = 0;
  // The conceptual graph, and the graph of a training step.
  bool write_graph = true;
  bool write_steps_per_second = false;
  // Batches between batch_* scalars; 0: none, epochs only.
  std::int64_t update_freq = 0;
  // The first and last batch (from 1) of which a profile and a graph with timings are written; 0:
  // none. Throws unimplemented in a program without opscope::profiler.
  std::int64_t profile_first_batch = 0;
  std::int64_t profile_last_batch = 0;
};

// Writes the runs <log_dir>/train and <log_dir>/validation, as the callback of Keras does:
// epoch_<metric> and epoch_learning_rate by epoch, batch_<metric> by training batch,
// evaluation_<metric>_vs_iterations by step of the optimizer, <weight path>/histogram, and the
// models Sequential and functional as "keras" on the Graphs page. A run's file is made with its
// first record; after each epoch the bytes are the kernel's.
class TensorBoard : public Callback {
 public:
  explicit TensorBoard(std::string log_dir = "logs", const TensorBoardOptions& options = {});
  ~TensorBoard() override;
  void set_model(Model* model) override;
  void on_train_begin() override;
  void on_train_end(const Logs& logs) override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_test_end(const Logs& logs) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace opscope::keras
