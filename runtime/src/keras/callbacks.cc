#include "opscope/keras/callbacks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "keras/json.h"
#include "keras/monitoring.h"
#include "opscope/error.h"
#include "opscope/keras/model.h"
#include "opscope/log.h"

namespace opscope::keras {

void Logs::set(std::string_view name, double value) {
  for (auto& [key, old] : values_) {
    if (key != name) continue;
    old = value;
    return;
  }
  values_.emplace_back(name, value);
}

const double* Logs::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : values_) {
    if (key == name) return &value;
  }
  return nullptr;
}

double Logs::at(std::string_view name) const {
  if (const double* value = find(name)) return *value;
  std::string names;
  for (const auto& [key, value] : values_) names += (names.empty() ? "" : ", ") + key;
  throw Error(ErrorCode::not_found, "no value of '" + std::string(name) + "'; there are: " + names);
}

Model& Callback::model() const {
  if (model_ == nullptr) {
    throw Error(ErrorCode::failed_precondition, "the callback is not part of a fit()");
  }
  return *model_;
}

void LambdaCallback::on_train_begin() {
  if (options_.on_train_begin) options_.on_train_begin();
}
void LambdaCallback::on_train_end(const Logs& logs) {
  if (options_.on_train_end) options_.on_train_end(logs);
}
void LambdaCallback::on_epoch_begin(int epoch) {
  if (options_.on_epoch_begin) options_.on_epoch_begin(epoch);
}
void LambdaCallback::on_epoch_end(int epoch, const Logs& logs) {
  if (options_.on_epoch_end) options_.on_epoch_end(epoch, logs);
}
void LambdaCallback::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (options_.on_train_batch_end) options_.on_train_batch_end(batch, logs);
}

Direction direction_of(Direction mode, const std::string& monitor) {
  if (mode != Direction::automatic) return mode;
  constexpr std::array<std::string_view, 4> kGrowing = {"acc", "auc", "precision", "recall"};
  const bool grows = std::any_of(kGrowing.begin(), kGrowing.end(), [&](std::string_view part) {
    return monitor.find(part) != std::string::npos;
  });
  return grows ? Direction::max : Direction::min;
}

double worst(Direction mode) {
  const double infinity = std::numeric_limits<double>::infinity();
  return mode == Direction::max ? -infinity : infinity;
}

const double* monitored(const Logs& logs, const std::string& monitor, const char* callback) {
  const double* value = logs.find(monitor);
  if (value != nullptr) return value;
  std::string names;
  for (const auto& [key, unused] : logs) names += (names.empty() ? "" : ", ") + key;
  log_message(LogLevel::warning, std::string(callback) + ": there is no '" + monitor +
                                     "' to watch; there are: " + names);
  return nullptr;
}

EarlyStopping::EarlyStopping(const EarlyStoppingOptions& options) : options_(options) {
  options_.mode = direction_of(options.mode, options.monitor);
  options_.min_delta = std::abs(options.min_delta);
}

bool EarlyStopping::is_better(double value, double than) const noexcept {
  return options_.mode == Direction::max ? value - options_.min_delta > than
                                         : value + options_.min_delta < than;
}

void EarlyStopping::on_train_begin() {
  wait_ = 0;
  stopped_epoch_ = 0;
  best_epoch_ = 0;
  best_ = worst(options_.mode);
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(int epoch, const Logs& logs) {
  const double* value = monitored(logs, options_.monitor, "EarlyStopping");
  if (value == nullptr || epoch < options_.start_from_epoch) return;
  if (options_.restore_best_weights && best_weights_.empty()) {
    best_weights_ = model().get_weights();
    best_epoch_ = epoch;
  }
  ++wait_;
  if (is_better(*value, best_)) {
    best_ = *value;
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = model().get_weights();
    // Only what beats the baseline counts as progress.
    if (!options_.has_baseline || is_better(*value, options_.baseline)) wait_ = 0;
    return;
  }
  if (wait_ < options_.patience || epoch == 0) return;
  stopped_epoch_ = epoch;
  model().stop_training();
}

void EarlyStopping::on_train_end(const Logs&) {
  if (options_.restore_best_weights && !best_weights_.empty()) model().set_weights(best_weights_);
}

ReduceLROnPlateau::ReduceLROnPlateau(const ReduceLROnPlateauOptions& options) : options_(options) {
  if (!(options.factor < 1)) {
    throw Error(ErrorCode::invalid_argument, "ReduceLROnPlateau: the factor must be below 1, got " +
                                                 std::to_string(options.factor));
  }
  options_.mode = direction_of(options.mode, options.monitor);
}

void ReduceLROnPlateau::on_train_begin() {
  best_ = worst(options_.mode);
  wait_ = 0;
  cooldown_ = 0;
}

void ReduceLROnPlateau::on_epoch_end(int, const Logs& logs) {
  const double* value = monitored(logs, options_.monitor, "ReduceLROnPlateau");
  if (value == nullptr) return;
  if (cooldown_ > 0) {
    --cooldown_;
    wait_ = 0;
  }
  const bool is_better = options_.mode == Direction::max ? *value > best_ + options_.min_delta
                                                         : *value < best_ - options_.min_delta;
  if (is_better) {
    best_ = *value;
    wait_ = 0;
    return;
  }
  if (cooldown_ > 0 || ++wait_ < options_.patience) return;
  const Optimizer& optimizer = model().optimizer();
  const double rate = optimizer.learning_rate();
  if (rate <= options_.min_lr) return;
  optimizer.set_learning_rate(std::max(rate * options_.factor, options_.min_lr));
  cooldown_ = options_.cooldown;
  wait_ = 0;
}

void TerminateOnNaN::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  const double* loss = logs.find("loss");
  if (loss == nullptr || std::isfinite(*loss)) return;
  log_message(LogLevel::warning, "Batch " + std::to_string(batch) + ": the loss is " +
                                     std::to_string(*loss) + ", ending the training");
  model().stop_training();
}

struct CSVLogger::File {
  explicit File(std::FILE* open) : stream(open) {}
  ~File() { std::fclose(stream); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::FILE* stream;
  std::vector<std::string> names;
};

CSVLogger::CSVLogger(std::string path, const CSVLoggerOptions& options)
    : path_(std::move(path)), options_(options) {}
CSVLogger::~CSVLogger() = default;

void CSVLogger::on_train_begin() {
  std::FILE* stream = std::fopen(path_.c_str(), options_.append ? "a" : "w");
  if (stream == nullptr) {
    throw Error(ErrorCode::permission_denied, "CSVLogger cannot write " + path_);
  }
  file_ = std::make_unique<File>(stream);
}

void CSVLogger::on_epoch_end(int epoch, const Logs& logs) {
  if (!file_) return;
  std::string text;
  if (file_->names.empty()) {
    for (const auto& [name, value] : logs) file_->names.push_back(name);
    std::sort(file_->names.begin(), file_->names.end());
    const bool is_new = std::ftell(file_->stream) == 0;
    if (is_new) {
      text = "epoch";
      for (const std::string& name : file_->names) text += options_.separator + name;
      text += '\n';
    }
  }
  text += std::to_string(epoch);
  for (const std::string& name : file_->names) {
    const double* value = logs.find(name);
    text += options_.separator;
    text += value == nullptr ? "NA" : json_number(*value);
  }
  text += '\n';
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file_->stream) == text.size() &&
                          std::fflush(file_->stream) == 0;
  if (!is_written) throw Error(ErrorCode::resource_exhausted, "CSVLogger cannot write " + path_);
}

void CSVLogger::on_train_end(const Logs&) { file_.reset(); }

}  // namespace opscope::keras
