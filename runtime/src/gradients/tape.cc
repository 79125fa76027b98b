#include "gradients/tape.h"

#include "module/variable_state.h"
#include "opscope/error.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"

namespace opscope::runtime {

TapeState::TapeState(bool is_persistent) : is_persistent_(is_persistent), outer_(eager_state.tape) {
  if (is_tracing()) {
    graph_ = &current_trace->graph();
    first_node_ = static_cast<int>(graph_->nodes().size());
  }
  eager_state.tape = this;
}

TapeState::~TapeState() { eager_state.tape = outer_; }

void TapeState::record(const OpSpec& spec, std::span<const TensorRep* const> inputs,
                       const Attrs& attrs, std::span<const Ref<TensorRep>> outputs) {
  if (outer_ != nullptr) outer_->record(spec, inputs, attrs, outputs);
  if (is_paused_ || outputs.empty()) return;
  Entry entry{.spec = &spec, .attrs = attrs, .inputs = {}, .outputs = {}};
  for (const TensorRep* input : inputs) {
    entry.inputs.push_back(Ref<TensorRep>::share(const_cast<TensorRep*>(input)));
  }
  entry.outputs.assign(outputs.begin(), outputs.end());
  entries_.push_back(std::move(entry));
}

Ref<TensorRep> TapeState::record_read(const VariableState& variable, Ref<TensorRep> value) {
  Ref<TensorRep> view = TensorRep::make_view(*value, value->shape());
  for (TapeState* tape = this; tape != nullptr; tape = tape->outer_) {
    if (!tape->is_paused_) tape->reads_.emplace_back(&variable, view);
  }
  return view;
}

void TapeState::use() {
  if (is_used_ && !is_persistent_) {
    throw Error(ErrorCode::failed_precondition,
                "gradient() of a GradientTape that is not persistent is called a second time");
  }
  is_used_ = true;
}

std::vector<OpRecord> TapeState::records() const {
  std::vector<OpRecord> records;
  records.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    OpRecord record{.spec = entry.spec, .attrs = &entry.attrs, .name = "", .loc = {}};
    for (const auto& input : entry.inputs) record.inputs.push_back(key_of(input.get()));
    for (const auto& output : entry.outputs) record.outputs.push_back(key_of(output.get()));
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<ValueKey> TapeState::reads_of(const VariableState& variable) const {
  std::vector<ValueKey> keys;
  for (const auto& [read, value] : reads_) {
    if (read == &variable) keys.push_back(key_of(value.get()));
  }
  return keys;
}

Ref<TensorRep> TapeState::value(ValueKey key) const {
  // The key is the address of a value that an entry keeps alive.
  return Ref<TensorRep>::share(reinterpret_cast<TensorRep*>(key.id));  // NOLINT
}

ValueKey TapeState::key_of(const TensorRep* value) noexcept {
  return {reinterpret_cast<std::uintptr_t>(value), 0};
}

int TapeState::first_node(const FuncGraph& graph) const noexcept {
  return graph_ == &graph ? first_node_ : 0;
}

TapeState::Pause::Pause(TapeState& tape) : tape_(tape), was_paused_(tape.is_paused_) {
  tape_.is_paused_ = true;
}

TapeState::Pause::~Pause() { tape_.is_paused_ = was_paused_; }

}  // namespace opscope::runtime
