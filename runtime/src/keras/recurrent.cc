#include "opscope/keras/recurrent.h"

#include <functional>

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "keras/product.h"
#include "opscope/runtime/ops.h"
#include "opscope/runtime/staging.h"
#include "opscope/runtime/tensor_array.h"

namespace opscope::keras {
namespace {

// How a layer walks over the time steps.
struct Walk {
  bool return_sequences;
  bool go_backwards;
  bool unroll;
};

using CellState = std::vector<Tensor>;  // the output first
// The state after one step of inputs that are multiplied by the kernel already.
using Step = std::function<CellState(const Tensor& projected, const CellState& state)>;

Tensor zero_state(const Tensor& input, std::int64_t units) {
  const std::int64_t batch = input.shape()[0];
  if (batch != kAnyDim) return opscope::zeros({batch, units});
  const Tensor dims =
      concat({slice(shape(input), {0}, {1}), opscope::constant({static_cast<int>(units)})}, 0);
  return reshape(fill(dims, 0.f), {kAnyDim, units});
}

// `projected` is [time, batch, features].
Tensor walk_unrolled(const Tensor& projected, CellState state, const Walk& walk, const Step& step) {
  const std::int64_t steps = projected.shape()[0];
  if (steps == kAnyDim) {
    throw Error(ErrorCode::invalid_argument,
                "a recurrent layer with unroll needs to know the number of steps; got inputs of "
                "unknown length");
  }
  const std::vector<Tensor> inputs = unstack(projected);
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    state = step(inputs[walk.go_backwards ? inputs.size() - 1 - i : i], state);
    if (walk.return_sequences) outputs.push_back(state[0]);
  }
  return walk.return_sequences ? stack(outputs, 1) : state[0];
}

Tensor walk_loop(const Tensor& projected, CellState state, const Walk& walk, const Step& step) {
  const Shape& shape = projected.shape();
  const Tensor steps = shape[0] == kAnyDim ? gather(opscope::shape(projected), 0)
                                           : Tensor(static_cast<std::int32_t>(shape[0]));
  TensorArray inputs(DType::float32, steps);
  inputs.unstack(projected);
  TensorArray outputs;
  if (walk.return_sequences) {
    outputs = TensorArray(DType::float32, steps, {.element_shape = state[0].shape()});
  }
  for (Tensor i : range(steps)) {
    const Tensor t = walk.go_backwards ? steps - 1 - i : i;
    CellState next = step(inputs.read(t), state);
    for (std::size_t k = 0; k < state.size(); ++k) state[k] = next[k];
    if (walk.return_sequences) outputs.write(i, state[0]);
  }
  if (!walk.return_sequences) return state[0];
  const Tensor sequences = transpose(outputs.stack(), Axes{1, 0, 2});
  const std::int64_t units = state[0].shape()[1];
  const bool is_known = shape[0] != kAnyDim;
  return is_known ? reshape(sequences, {shape[1], shape[0], units}) : sequences;
}

Tensor walk_steps(const Tensor& projected, const CellState& state, const Walk& walk,
                  const Step& step) {
  return walk.unroll ? walk_unrolled(projected, state, walk, step)
                     : walk_loop(projected, state, walk, step);
}

// [batch, time, features] times the kernel as [time, batch, gates].
Tensor project(const Tensor& input, const Tensor& kernel) {
  return kernel_product(transpose(input, Axes{1, 0, 2}), kernel);
}

// Zeros, with ones where the forget gate's are.
Initializer with_forget_bias(const Initializer& inner, std::int64_t units) {
  return {inner.class_name(), inner.config(), [=](const Shape&) {
            return concat({inner({units}), opscope::ones({units}), inner({2 * units})}, 0);
          }};
}

JsonFields walk_config(const Walk& walk) {
  return {{"return_sequences", json_bool(walk.return_sequences)},
          {"return_state", "false"},
          {"go_backwards", json_bool(walk.go_backwards)},
          {"stateful", "false"},
          {"unroll", json_bool(walk.unroll)},
          {"zero_output_for_mask", "false"}};
}

template <typename Options>
JsonFields gates_config(std::int64_t units, const Options& options) {
  return {{"units", std::to_string(units)},
          {"activation", json_string(activation_name(options.activation))},
          {"recurrent_activation", json_string(activation_name(options.recurrent_activation))},
          {"use_bias", json_bool(options.use_bias)},
          {"kernel_initializer", json_initializer(options.kernel_initializer)},
          {"recurrent_initializer", json_initializer(options.recurrent_initializer)},
          {"bias_initializer", json_initializer(options.bias_initializer)}};
}

JsonFields fixed_config() {
  return {{"kernel_regularizer", "null"}, {"recurrent_regularizer", "null"},
          {"bias_regularizer", "null"},   {"activity_regularizer", "null"},
          {"kernel_constraint", "null"},  {"recurrent_constraint", "null"},
          {"bias_constraint", "null"},    {"dropout", "0.0"},
          {"recurrent_dropout", "0.0"}};
}

void append(JsonFields& fields, const JsonFields& more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

template <typename Options>
Walk walk_of(const Options& options) {
  return {options.return_sequences, options.go_backwards, options.unroll};
}

// The options of another layer like it.
template <typename Options>
Options turned(Options options, std::string name, bool go_backwards) {
  options.name = std::move(name);
  options.go_backwards = go_backwards;
  return options;
}

}  // namespace

LSTM LSTM::in_direction(std::string name, bool go_backwards) const {
  return LSTM(units_, turned(options_, std::move(name), go_backwards));
}

GRU GRU::in_direction(std::string name, bool go_backwards) const {
  return GRU(units_, turned(options_, std::move(name), go_backwards));
}

SimpleRNN SimpleRNN::in_direction(std::string name, bool go_backwards) const {
  return SimpleRNN(units_, turned(options_, std::move(name), go_backwards));
}

SimpleRNN::SimpleRNN(std::int64_t units, const SimpleRnnOptions& options)
    : LayerOf("SimpleRNN", options.name), units_(units), options_(options) {
  require_positive(*this, "the number of units", units);
}

LayerConfig SimpleRNN::config() const {
  JsonFields fields = walk_config(walk_of(options_));
  append(fields, {{"units", std::to_string(units_)},
                  {"activation", json_string(activation_name(options_.activation))},
                  {"use_bias", json_bool(options_.use_bias)},
                  {"kernel_initializer", json_initializer(options_.kernel_initializer)},
                  {"recurrent_initializer", json_initializer(options_.recurrent_initializer)},
                  {"bias_initializer", json_initializer(options_.bias_initializer)}});
  append(fields, fixed_config());
  return fields;
}

void SimpleRNN::build(const Shape& input) const {
  require_rank(*this, input, 3);
  add_weight(kernel_, "simple_rnn_cell/kernel", {require_features(*this, input, 3), units_},
             {.initializer = options_.kernel_initializer});
  add_weight(recurrent_kernel_, "simple_rnn_cell/recurrent_kernel", {units_, units_},
             {.initializer = options_.recurrent_initializer});
  if (!options_.use_bias) return;
  add_weight(bias_, "simple_rnn_cell/bias", {units_}, {.initializer = options_.bias_initializer});
}

Tensor SimpleRNN::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  require_last_dim(*this, input.shape(), kernel_->shape()[0]);
  Tensor projected = project(input, kernel_->read());
  if (options_.use_bias) projected = projected + bias_;
  const Tensor recurrent = recurrent_kernel_->read();
  const auto step = [&](const Tensor& x, const CellState& state) -> CellState {
    return {activate(options_.activation, x + matmul(state[0], recurrent))};
  };
  return walk_steps(projected, {zero_state(input, units_)}, walk_of(options_), step);
}

LSTM::LSTM(std::int64_t units, const LstmOptions& options)
    : LayerOf("LSTM", options.name), units_(units), options_(options) {
  require_positive(*this, "the number of units", units);
}

LayerConfig LSTM::config() const {
  JsonFields fields = walk_config(walk_of(options_));
  append(fields, gates_config(units_, options_));
  append(fields, {{"unit_forget_bias", json_bool(options_.unit_forget_bias)}});
  append(fields, fixed_config());
  append(fields, {{"seed", "null"}});
  return fields;
}

void LSTM::build(const Shape& input) const {
  require_rank(*this, input, 3);
  const std::int64_t gates = 4 * units_;
  add_weight(kernel_, "lstm_cell/kernel", {require_features(*this, input, 3), gates},
             {.initializer = options_.kernel_initializer});
  add_weight(recurrent_kernel_, "lstm_cell/recurrent_kernel", {units_, gates},
             {.initializer = options_.recurrent_initializer});
  if (!options_.use_bias) return;
  add_weight(bias_, "lstm_cell/bias", {gates},
             {.initializer = options_.unit_forget_bias
                                 ? with_forget_bias(options_.bias_initializer, units_)
                                 : options_.bias_initializer});
}

Tensor LSTM::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  require_last_dim(*this, input.shape(), kernel_->shape()[0]);
  Tensor projected = project(input, kernel_->read());
  if (options_.use_bias) projected = projected + bias_;
  const Tensor recurrent = recurrent_kernel_->read();
  const auto step = [&](const Tensor& x, const CellState& state) -> CellState {
    const std::vector<Tensor> gates = split(x + matmul(state[0], recurrent), 4, 1);
    const auto gate = [&](std::size_t i) {
      return activate(options_.recurrent_activation, gates[i]);
    };
    const Tensor cell = gate(1) * state[1] + gate(0) * activate(options_.activation, gates[2]);
    return {gate(3) * activate(options_.activation, cell), cell};
  };
  const Tensor zero = zero_state(input, units_);
  return walk_steps(projected, {zero, zero}, walk_of(options_), step);
}

GRU::GRU(std::int64_t units, const GruOptions& options)
    : LayerOf("GRU", options.name), units_(units), options_(options) {
  require_positive(*this, "the number of units", units);
}

LayerConfig GRU::config() const {
  JsonFields fields = walk_config(walk_of(options_));
  append(fields, gates_config(units_, options_));
  append(fields, fixed_config());
  append(fields, {{"reset_after", json_bool(options_.reset_after)}, {"seed", "null"}});
  return fields;
}

void GRU::build(const Shape& input) const {
  require_rank(*this, input, 3);
  const std::int64_t gates = 3 * units_;
  add_weight(kernel_, "gru_cell/kernel", {require_features(*this, input, 3), gates},
             {.initializer = options_.kernel_initializer});
  add_weight(recurrent_kernel_, "gru_cell/recurrent_kernel", {units_, gates},
             {.initializer = options_.recurrent_initializer});
  if (!options_.use_bias) return;
  add_weight(bias_, "gru_cell/bias", options_.reset_after ? Shape{2, gates} : Shape{gates},
             {.initializer = options_.bias_initializer});
}

Tensor GRU::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 3);
  require_last_dim(*this, input.shape(), kernel_->shape()[0]);
  const bool has_two_biases = options_.use_bias && options_.reset_after;
  Tensor projected = project(input, kernel_->read());
  Tensor recurrent_bias;
  if (has_two_biases) {
    const std::vector<Tensor> biases = unstack(bias_);
    projected = projected + biases[0];
    recurrent_bias = biases[1];
  } else if (options_.use_bias) {
    projected = projected + bias_;
  }
  const std::vector<Tensor> recurrent = split(recurrent_kernel_, 3, 1);
  const Tensor all_recurrent = recurrent_kernel_->read();
  const auto step = [&](const Tensor& x, const CellState& state) -> CellState {
    const Tensor& h = state[0];
    const std::vector<Tensor> inputs = split(x, 3, 1);
    const auto gate = [&](const Tensor& sum) {
      return activate(options_.recurrent_activation, sum);
    };
    if (options_.reset_after) {
      Tensor inner = matmul(h, all_recurrent);
      if (has_two_biases) inner = inner + recurrent_bias;
      const std::vector<Tensor> parts = split(inner, 3, 1);
      const Tensor update = gate(inputs[0] + parts[0]);
      const Tensor candidate =
          activate(options_.activation, inputs[2] + gate(inputs[1] + parts[1]) * parts[2]);
      return {update * h + (1.f - update) * candidate};
    }
    const Tensor update = gate(inputs[0] + matmul(h, recurrent[0]));
    const Tensor reset = gate(inputs[1] + matmul(h, recurrent[1]));
    const Tensor candidate =
        activate(options_.activation, inputs[2] + matmul(reset * h, recurrent[2]));
    return {update * h + (1.f - update) * candidate};
  };
  return walk_steps(projected, {zero_state(input, units_)}, walk_of(options_), step);
}

}  // namespace opscope::keras
