// Graphs as TensorFlow's GraphDef and FunctionDef.
#pragma once

#include "graph/func_graph.h"
#include "opscope/runtime/function_core.h"

namespace opscope::runtime {

struct ExportOptions {
  // For TensorBoard: output shapes and devices on every node, values of large constants left out
  // (the front end drops attributes above 1 KB anyway).
  bool for_display = false;
};

// The nodes at top level, arguments as Placeholders, captured variables as VarHandleOps, and a
// library with every function that is called, directly or not.
[[nodiscard]] proto::GraphDef export_graph(const FuncGraph& graph, const ExportOptions& options);

// The graph as a function of a library.
[[nodiscard]] proto::FunctionDef export_function(const FuncGraph& graph,
                                                 const ExportOptions& options = {});

}  // namespace opscope::runtime
