// The record of a GradientTape.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "gradients/reverse.h"
#include "ops/op_spec.h"

namespace opscope::runtime {

class ConcreteCore;
class FuncGraph;
class VariableState;

class TapeState {
 public:
  TapeState(bool is_persistent, bool watches_variables);
  // Ends the recording.
  ~TapeState();
  TapeState(const TapeState&) = delete;
  TapeState& operator=(const TapeState&) = delete;

  // Called for every eager op of the thread; tapes around this one record too.
  void record(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
              std::span<const Ref<TensorRep>> outputs);
  // An operation whose gradient is not that of an op.
  void record_custom(const std::shared_ptr<const CustomGradient>& gradient,
                     std::span<const TensorRep* const> inputs,
                     std::span<const Ref<TensorRep>> outputs);
  // A view of a variable's value that stands for this read.
  [[nodiscard]] Ref<TensorRep> record_read(const VariableState& variable, Ref<TensorRep> value);
  // True if this tape or one around it records.
  [[nodiscard]] bool is_recording() const noexcept;
  // The order of the highest derivative that the tapes which record can be asked for.
  [[nodiscard]] int highest_order() const noexcept;

  // What gradient() works on; later calls throw failed_precondition unless persistent.
  void use();
  [[nodiscard]] bool is_persistent() const noexcept { return is_persistent_; }
  void watch(const VariableState& variable) { watched_.insert(&variable); }
  [[nodiscard]] bool watches(const VariableState& variable) const;
  [[nodiscard]] static ValueKey key_of(const TensorRep* value) noexcept;
  // Eager: what was recorded, as long as this tape lives and is not reset.
  [[nodiscard]] std::unique_ptr<Recording> recording();
  // Graph mode: whether the node was made under this tape.
  [[nodiscard]] bool has_node(const FuncGraph& graph, int node) const noexcept;

  [[nodiscard]] bool is_paused() const noexcept { return is_paused_; }
  void set_paused(bool is_paused);
  void reset();

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
  class EagerRecording;
  struct Entry {
    const OpSpec* spec = nullptr;
    Attrs attrs;
    std::shared_ptr<const CustomGradient> custom;
    std::vector<Ref<TensorRep>> inputs;
    std::vector<Ref<TensorRep>> outputs;
  };
  void add(Entry entry, std::span<const TensorRep* const> inputs,
           std::span<const Ref<TensorRep>> outputs);
  [[nodiscard]] static int size_of_graph(const FuncGraph* graph) noexcept;

  bool is_persistent_;
  bool watches_variables_;
  bool is_used_ = false;
  bool is_paused_ = false;
  TapeState* outer_;
  const FuncGraph* graph_ = nullptr;
  int first_node_ = 0;
  int paused_at_ = 0;
  std::vector<std::pair<int, int>> skipped_;  // nodes made while paused
  std::deque<Entry> entries_;                 // stay where they are while more are added
  std::unordered_set<const VariableState*> watched_;
};

// Runs a traced function and records the call on the thread's tape. `outputs` as in
// ConcreteCore::run().
void run_recorded(const ConcreteCore& function, std::span<const TensorRep* const> arguments,
                  TensorRep** outputs);

}  // namespace opscope::runtime
