#include "gradients/tape.h"

#include <algorithm>

#include "graph/func_graph.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope::runtime {

class TapeState::EagerRecording final : public Recording {
 public:
  explicit EagerRecording(const std::deque<Entry>& entries) : entries_(entries) {
    records_.reserve(entries.size());
    for (const Entry& entry : entries) {
      OpRecord record{.spec = entry.spec,
                      .custom = entry.custom.get(),
                      .node = static_cast<int>(records_.size()),
                      .inputs = {},
                      .outputs = {}};
      for (const auto& input : entry.inputs) record.inputs.push_back(key_of(input.get()));
      for (const auto& output : entry.outputs) record.outputs.push_back(key_of(output.get()));
      records_.push_back(std::move(record));
    }
  }

  [[nodiscard]] const std::vector<OpRecord>& records() const override { return records_; }
  // The key is the address of a value that an entry, or the caller's handle, keeps alive.
  [[nodiscard]] Tensor value(ValueKey key) override {
    return Tensor(Ref<TensorRep>::share(rep_of(key)).leak());
  }
  [[nodiscard]] DType dtype(ValueKey key) const override { return rep_of(key)->dtype(); }
  void describe(const OpRecord& record, GradientCall& call) override {
    call.attrs = entries_[static_cast<std::size_t>(record.node)].attrs;
  }
  [[nodiscard]] std::string name(const OpRecord&) const override { return ""; }

 private:
  static TensorRep* rep_of(ValueKey key) {
    return reinterpret_cast<TensorRep*>(key.id);  // NOLINT
  }
  const std::deque<Entry>& entries_;
  std::vector<OpRecord> records_;
};

TapeState::TapeState(bool is_persistent, bool watches_variables)
    : is_persistent_(is_persistent),
      watches_variables_(watches_variables),
      outer_(eager_state.tape) {
  if (is_tracing()) {
    graph_ = &current_trace->graph();
    first_node_ = size_of_graph(graph_);
  }
  eager_state.tape = this;
}

TapeState::~TapeState() {
  // Tapes may end in any order.
  TapeState** link = &eager_state.tape;
  while (*link != nullptr && *link != this) link = &(*link)->outer_;
  if (*link == this) *link = outer_;
}

void TapeState::add(Entry entry, std::span<const TensorRep* const> inputs,
                    std::span<const Ref<TensorRep>> outputs) {
  for (const TensorRep* input : inputs) {
    entry.inputs.push_back(Ref<TensorRep>::share(const_cast<TensorRep*>(input)));
  }
  entry.outputs.assign(outputs.begin(), outputs.end());
  entries_.push_back(std::move(entry));
}

void TapeState::record(const OpSpec& spec, std::span<const TensorRep* const> inputs,
                       const Attrs& attrs, std::span<const Ref<TensorRep>> outputs) {
  if (outputs.empty()) return;
  for (TapeState* tape = this; tape != nullptr; tape = tape->outer_) {
    if (tape->is_paused_) continue;
    tape->add({.spec = &spec, .attrs = attrs, .custom = nullptr, .inputs = {}, .outputs = {}},
              inputs, outputs);
  }
}

void TapeState::record_custom(const std::shared_ptr<const CustomGradient>& gradient,
                              std::span<const TensorRep* const> inputs,
                              std::span<const Ref<TensorRep>> outputs) {
  for (TapeState* tape = this; tape != nullptr; tape = tape->outer_) {
    if (tape->is_paused_) continue;
    tape->add({.spec = nullptr, .attrs = {}, .custom = gradient, .inputs = {}, .outputs = {}},
              inputs, outputs);
  }
}

Ref<TensorRep> TapeState::record_read(const VariableState& variable, Ref<TensorRep> value) {
  static const Attrs kNoAttrs;
  Ref<TensorRep> view = TensorRep::make_view(*value, value->shape());
  const TensorRep* handle = variable.handle();
  record(op<"ReadVariableOp">(), {&handle, 1}, kNoAttrs, {&view, 1});
  return view;
}

bool TapeState::is_recording() const noexcept {
  for (const TapeState* tape = this; tape != nullptr; tape = tape->outer_) {
    if (!tape->is_paused_) return true;
  }
  return false;
}

int TapeState::highest_order() const noexcept {
  int order = 0;
  bool is_persistent = false;
  for (const TapeState* tape = this; tape != nullptr; tape = tape->outer_) {
    if (tape->is_paused_) continue;
    ++order;
    is_persistent |= tape->is_persistent_;
  }
  // A persistent tape also records its own gradient().
  return order + (is_persistent ? 1 : 0);
}

void TapeState::use() {
  if (is_used_ && !is_persistent_) {
    throw Error(ErrorCode::failed_precondition,
                "gradient() of a GradientTape that is not persistent is called a second time");
  }
  is_used_ = true;
}

bool TapeState::watches(const VariableState& variable) const {
  return (watches_variables_ && variable.trainable()) || watched_.contains(&variable);
}

ValueKey TapeState::key_of(const TensorRep* value) noexcept {
  return {reinterpret_cast<std::uintptr_t>(value), 0};
}

std::unique_ptr<Recording> TapeState::recording() {
  return std::make_unique<EagerRecording>(entries_);
}

int TapeState::size_of_graph(const FuncGraph* graph) noexcept {
  return graph == nullptr ? 0 : static_cast<int>(graph->nodes().size());
}

bool TapeState::has_node(const FuncGraph& graph, int node) const noexcept {
  if (graph_ != &graph) return true;
  return node >= first_node_ &&
         std::none_of(skipped_.begin(), skipped_.end(),
                      [&](const auto& part) { return node >= part.first && node < part.second; });
}

void TapeState::set_paused(bool is_paused) {
  if (is_paused == is_paused_) return;
  is_paused_ = is_paused;
  if (is_paused) {
    paused_at_ = size_of_graph(graph_);
  } else if (graph_ != nullptr) {
    skipped_.emplace_back(paused_at_, size_of_graph(graph_));
  }
}

void TapeState::reset() {
  entries_.clear();
  watched_.clear();
  skipped_.clear();
  is_used_ = false;
  first_node_ = size_of_graph(graph_);
}

TapeState::Pause::Pause(TapeState& tape) : tape_(tape), was_paused_(tape.is_paused_) {
  if (!tape.is_persistent_) tape_.is_paused_ = true;
}

TapeState::Pause::~Pause() { tape_.is_paused_ = was_paused_; }

}  // namespace opscope::runtime
