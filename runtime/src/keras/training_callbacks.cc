#include "opscope/keras/training_callbacks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "keras/monitoring.h"
#include "opscope/error.h"
#include "opscope/keras/model.h"
#include "opscope/runtime/checkpoint.h"

namespace opscope::keras {
namespace {

constexpr int kMostDigits = 20;

// The digits after "." or "0" of a format like "02d" or ".2f"; `otherwise` when there are none.
int digits_of(std::string_view format, char begin, int otherwise) {
  if (format.empty() || format.front() != begin) return otherwise;
  int digits = 0;
  for (const char c : format.substr(1)) {
    if (c < '0' || c > '9' || digits > 9) break;
    digits = 10 * digits + (c - '0');
  }
  return digits;
}

std::string field_text(std::string_view field, int epoch, const Logs& logs) {
  const std::size_t colon = field.find(':');
  const std::string_view name = field.substr(0, colon);
  const std::string_view format =
      colon == std::string_view::npos ? std::string_view() : field.substr(colon + 1);
  if (name == "epoch") {
    std::string text = std::to_string(epoch + 1);
    const auto width = static_cast<std::size_t>(std::min(digits_of(format, '0', 0), kMostDigits));
    return text.insert(0, width - std::min(width, text.size()), '0');
  }
  const double value = logs.at(name);
  const int digits = std::min(digits_of(format, '.', -1), kMostDigits);
  std::array<char, 512> text{};  // of the greatest double, too
  const std::to_chars_result end =
      digits < 0 ? std::to_chars(text.begin(), text.end(), value)
                 : std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, digits);
  return {text.data(), end.ptr};
}

std::string filled(std::string_view pattern, int epoch, const Logs& logs) {
  std::string text;
  while (!pattern.empty()) {
    const std::size_t begin = pattern.find('{');
    const std::size_t end = pattern.find('}', begin);
    text += pattern.substr(0, begin);
    if (begin == std::string_view::npos) break;
    if (end == std::string_view::npos) return text + std::string(pattern.substr(begin));
    text += field_text(pattern.substr(begin + 1, end - begin - 1), epoch, logs);
    pattern.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace

void LearningRateScheduler::on_epoch_begin(int epoch) {
  const Optimizer& optimizer = model().optimizer();
  optimizer.set_learning_rate(schedule_(epoch, optimizer.learning_rate()));
}

ModelCheckpoint::ModelCheckpoint(std::string prefix, const ModelCheckpointOptions& options)
    : prefix_(std::move(prefix)), options_(options) {
  options_.mode = direction_of(options.mode, options.monitor);
}

void ModelCheckpoint::on_train_begin() {
  best_ = worst(options_.mode);
  last_written_.clear();
}

void ModelCheckpoint::on_epoch_end(int epoch, const Logs& logs) {
  if (options_.save_best_only) {
    const double* value = monitored(logs, options_.monitor, "ModelCheckpoint");
    if (value == nullptr) return;
    const bool is_better = options_.mode == Direction::max ? *value > best_ : *value < best_;
    if (!is_better) return;
    best_ = *value;
  }
  const std::string prefix = filled(prefix_, epoch, logs);
  Checkpoint(model()).write(prefix);
  last_written_ = prefix;
}

}  // namespace opscope::keras
