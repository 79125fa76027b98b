// The record of a GradientTape in eager mode.
#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "gradients/reverse.h"
#include "ops/op_spec.h"

namespace opscope::runtime {

class FuncGraph;
class VariableState;

class TapeState {
 public:
  explicit TapeState(bool is_persistent);
  // Ends the recording.
  ~TapeState();
  TapeState(const TapeState&) = delete;
  TapeState& operator=(const TapeState&) = delete;

  // Called for every eager op of the thread; tapes around this one record too.
  void record(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
              std::span<const Ref<TensorRep>> outputs);
  // A view of a variable's value that stands for this read.
  [[nodiscard]] Ref<TensorRep> record_read(const VariableState& variable, Ref<TensorRep> value);

  // What gradient() works on; later calls throw failed_precondition unless persistent.
  void use();
  [[nodiscard]] std::vector<OpRecord> records() const;
  [[nodiscard]] std::vector<ValueKey> reads_of(const VariableState& variable) const;
  [[nodiscard]] Ref<TensorRep> value(ValueKey key) const;
  [[nodiscard]] static ValueKey key_of(const TensorRep* value) noexcept;

  // Graph mode: the nodes that were there before the tape are not its.
  [[nodiscard]] int first_node(const FuncGraph& graph) const noexcept;

  // Stops recording while gradients are computed, unless the tape is persistent.
  class Pause {
   public:
    explicit Pause(TapeState& tape);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    TapeState& tape_;
    bool was_paused_;
  };

 private:
  struct Entry {
    const OpSpec* spec;
    Attrs attrs;
    std::vector<Ref<TensorRep>> inputs;
    std::vector<Ref<TensorRep>> outputs;
  };
  bool is_persistent_;
  bool is_used_ = false;
  bool is_paused_ = false;
  TapeState* outer_;
  const FuncGraph* graph_ = nullptr;
  int first_node_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::pair<const VariableState*, Ref<TensorRep>>> reads_;
};

}  // namespace opscope::runtime
