// What fit() and evaluate() print.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "opscope/keras/model.h"

namespace opscope::keras {

// One pass over the data. Prints nothing unless asked to, or on a terminal.
class Progress {
 public:
  Progress(Verbose verbose, std::int64_t steps);

  // "Epoch 1/5"
  void begin_epoch(int epoch, int epochs);
  void begin_pass() { start_ = Clock::now(); }
  void update(std::int64_t steps_done, const Logs& logs);
  // The pass is over, with its final logs.
  void finish(const Logs& logs);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Style { none, bar, line };
  void draw_bar(std::int64_t steps_done, const Logs& logs, bool is_last);

  Style style_;
  std::int64_t steps_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
  std::size_t width_ = 0;  // characters drawn last, without colours
};

// " - accuracy: 0.5000 - loss: 1.2e-05", as Keras prints values.
[[nodiscard]] std::string logs_text(const Logs& logs);

}  // namespace opscope::keras
