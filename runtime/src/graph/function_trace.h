// Tracing a function body, and calls between traced functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/tensor_rep.h"
#include "graph/concrete.h"
#include "opscope/runtime/function_core.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

struct TracedFunction {
  std::shared_ptr<const ConcreteCore> concrete;
  // Symbolic values of the function being traced outside that the body captured: further inputs of
  // the call. With some, the trace serves this call only.
  std::vector<Ref<TensorRep>> outer_values;
  bool made_variables = false;
};

// Runs `body` on placeholders of these specs. `may_create_variables`: it is the first trace.
[[nodiscard]] TracedFunction trace_function(const std::string& name,
                                            std::span<const TensorSpec> specs,
                                            const TraceBody& body, bool may_create_variables);

// Appends a PartitionedCall to the graph being traced.
[[nodiscard]] std::vector<Tensor> append_call(const ConcreteCore& callee,
                                              const std::vector<Tensor>& arguments,
                                              std::span<const Ref<TensorRep>> outer_values = {});

// Throws invalid_argument, naming the argument, what was given and what is allowed.
void require_fits(const TensorSpec& spec, const Tensor& argument, std::size_t index,
                  const std::string& function_name);

// The value of a Variable made while tracing: computed now, as it may depend on no argument.
[[nodiscard]] Ref<TensorRep> lift_initial_value(const Tensor& value, Loc loc);

}  // namespace opscope::runtime
