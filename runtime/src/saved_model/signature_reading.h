// What the messages of a SavedModel say about the inputs and outputs of functions.
#pragma once

#include <string>

#include "opscope/proto/function.pb.h"
#include "opscope/proto/meta_graph.pb.h"
#include "opscope/runtime/saved_model.h"

namespace opscope::runtime {

[[nodiscard]] TensorSpec spec_of(const std::string& name, const proto::TensorInfo& info);

// The trace's Tensors in the order in which the function takes them: those given by position, then
// those given by name, sorted; dicts by their sorted keys. Arguments that are no Tensors have their
// values in the trace. Where the description is of another form, the function's own arguments.
[[nodiscard]] LoadedFunction::Trace describe_trace(const proto::FunctionDef& function,
                                                   const proto::SavedConcreteFunction& saved);

}  // namespace opscope::runtime
