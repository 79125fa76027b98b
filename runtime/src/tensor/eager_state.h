// What eager operations of this thread look at besides their inputs.
#pragma once

#include <span>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"

namespace opscope::runtime {

class TapeState;
class VariableState;

struct EagerState {
  TapeState* tape = nullptr;  // the innermost GradientTape
  // A break_if or continue_if that answered true: until the loop is left or goes on no operation
  // may run, as in the traced form, which never takes that branch.
  Loc pending_exit;
  bool pending_is_break = false;
};

inline constinit thread_local EagerState eager_state;

[[noreturn]] void throw_pending_exit();

// Runs an op on eager values and tells the tape and the profiler.
void run_eager(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
               std::span<Ref<TensorRep>> outputs, Loc loc);

}  // namespace opscope::runtime
