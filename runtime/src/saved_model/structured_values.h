// Signatures of functions as SavedModels have them: StructuredValue and FunctionSpec.
#pragma once

#include <string>
#include <vector>

#include "opscope/proto/saved_object_graph.pb.h"
#include "opscope/runtime/function_core.h"

namespace opscope::runtime {

// The argument's name: as given, or "args_<index>".
[[nodiscard]] std::string argument_name(const ConcreteFunction& function, std::size_t index);

// ((TensorSpec, ...), {})
[[nodiscard]] proto::StructuredValue positional_signature(const ConcreteFunction& function);
// ((), {name: TensorSpec, ...})
[[nodiscard]] proto::StructuredValue keyword_signature(const ConcreteFunction& function);
// A TensorSpec, a tuple of them, or None.
[[nodiscard]] proto::StructuredValue result_signature(const ConcreteFunction& function);
// {name: TensorSpec, ...}
[[nodiscard]] proto::StructuredValue named_results(const ConcreteFunction& function,
                                                   const std::vector<std::string>& names);

// def f(a, b, ...)
[[nodiscard]] proto::FunctionSpec function_spec(const ConcreteFunction& function);

}  // namespace opscope::runtime
