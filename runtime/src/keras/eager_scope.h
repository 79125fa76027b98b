// Suspends the tracing of this thread: what is made meanwhile is made at once, outside of every
// graph, tape and name scope. Weights are, also when a layer is first called in a traced function.
#pragma once

#include <string>
#include <utility>

#include "module/name_stack.h"
#include "opscope/runtime/tensor.h"
#include "tensor/eager_state.h"

namespace opscope::keras {

// Tensors made while it lives must be gone before it is, or be moved into values that it outlives.
class EagerScope {
 public:
  EagerScope()
      : trace_(std::exchange(runtime::current_trace, nullptr)),
        tape_(std::exchange(runtime::eager_state.tape, nullptr)),
        prefix_(runtime::name_stack().exchange_prefix("")) {}
  ~EagerScope() {
    runtime::current_trace = trace_;
    runtime::eager_state.tape = tape_;
    (void)runtime::name_stack().exchange_prefix(std::move(prefix_));
  }
  EagerScope(const EagerScope&) = delete;
  EagerScope& operator=(const EagerScope&) = delete;

 private:
  runtime::Trace* trace_;
  runtime::TapeState* tape_;
  std::string prefix_;
};

}  // namespace opscope::keras
