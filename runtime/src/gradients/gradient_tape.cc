#include <array>

#include "gradients/reverse.h"
#include "gradients/tape.h"
#include "module/variable_state.h"
#include "opscope/error.h"
#include "opscope/runtime/gradient.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {
namespace {

using runtime::Edge;
using runtime::FuncGraph;
using runtime::OpRecord;
using runtime::TapeState;
using runtime::ValueKey;

ValueKey key_of(Edge edge) { return {static_cast<std::uintptr_t>(edge.node), edge.output}; }

Edge edge_of(ValueKey key) { return {static_cast<int>(key.id), key.output}; }

std::vector<OpRecord> records_of(const FuncGraph& graph, int first) {
  std::vector<OpRecord> records;
  for (int i = first; i < static_cast<int>(graph.nodes().size()); ++i) {
    const runtime::Node& node = graph.node(i);
    OpRecord record{.spec = node.spec, .attrs = &node.attrs, .name = node.name, .loc = node.loc};
    for (const Edge input : node.inputs) record.inputs.push_back(key_of(input));
    for (int k = 0; k < static_cast<int>(node.outputs.size()); ++k) {
      record.outputs.push_back(key_of(Edge{i, k}));
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<ValueKey> reads_of(const FuncGraph& graph, int first,
                               const runtime::VariableState& variable) {
  std::vector<ValueKey> keys;
  for (const runtime::VariableCapture& capture : graph.captures()) {
    if (capture.variable.get() != &variable) continue;
    for (int i = first; i < static_cast<int>(graph.nodes().size()); ++i) {
      const runtime::Node& node = graph.node(i);
      const bool is_read = node.spec->name == "ReadVariableOp";
      if (is_read && node.inputs[0].node == capture.node) keys.push_back(key_of(Edge{i, 0}));
    }
  }
  return keys;
}

// What both kinds of sources give: for each, the keys of its values.
struct Sources {
  std::span<const Variable> variables = {};
  std::span<const Tensor* const> tensors = {};
};

std::vector<Tensor> graph_gradients(const TapeState& tape, const Tensor& target,
                                    const Sources& sources, Loc loc) {
  runtime::Trace& trace = *runtime::current_trace;
  const FuncGraph& graph = trace.graph();
  const int first = tape.first_node(graph);
  std::vector<std::vector<ValueKey>> keys;
  for (const Variable& variable : sources.variables) {
    keys.push_back(reads_of(graph, first, *variable.state()));
  }
  for (const Tensor* tensor : sources.tensors) {
    keys.push_back({key_of(trace.edge_of(trace.input(*tensor, loc)))});
  }
  const ValueKey from = key_of(trace.edge_of(trace.input(target, loc)));
  const auto value_of = [&](ValueKey key) {
    return Tensor(trace.symbol(graph, edge_of(key)).leak());
  };
  // A copy: computing gradients appends nodes, whose attributes move.
  const FuncGraph snapshot = graph;
  return reverse_gradients(records_of(snapshot, first), value_of, from, keys);
}

std::vector<Tensor> eager_gradients(TapeState& tape, const Tensor& target, const Sources& sources,
                                    Loc loc) {
  tape.use();
  std::vector<std::vector<ValueKey>> keys;
  for (const Variable& variable : sources.variables) {
    keys.push_back(tape.reads_of(*variable.state()));
  }
  for (const Tensor* tensor : sources.tensors) {
    keys.push_back({TapeState::key_of(runtime::eager_value(*tensor, loc).get())});
  }
  const ValueKey from = TapeState::key_of(runtime::eager_value(target, loc).get());
  const auto value_of = [&](ValueKey key) { return Tensor(tape.value(key).leak()); };
  const std::vector<OpRecord> records = tape.records();
  const TapeState::Pause pause(tape);
  return reverse_gradients(records, value_of, from, keys);
}

std::vector<Tensor> gradients(TapeState& tape, const Tensor& target, const Sources& sources,
                              Loc loc) {
  return runtime::is_tracing() ? graph_gradients(tape, target, sources, loc)
                               : eager_gradients(tape, target, sources, loc);
}

}  // namespace

GradientTape::GradientTape(const GradientTapeOptions& options)
    : state_(std::make_unique<TapeState>(options.persistent)) {}

GradientTape::~GradientTape() = default;

void GradientTape::watch(const Tensor& tensor) {
  // Every operation is recorded; only a Tensor without a value could not be asked about later.
  if (!tensor.has_value()) {
    throw Error(ErrorCode::failed_precondition, "watch() of a Tensor without a value");
  }
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target,
                                           const std::vector<Variable>& sources, Loc loc) {
  return gradients(*state_, target, {.variables = sources}, loc);
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target,
                                           std::span<const Tensor* const> sources, Loc loc) {
  return gradients(*state_, target, {.tensors = sources}, loc);
}

Tensor GradientTape::gradient(const Tensor& target, const Tensor& source, Loc loc) {
  const std::array<const Tensor*, 1> sources = {&source};
  return gradients(*state_, target, {.tensors = sources}, loc)[0];
}

Tensor GradientTape::gradient(const Tensor& target, const Variable& source, Loc loc) {
  return gradients(*state_, target, {.variables = {&source, 1}}, loc)[0];
}

}  // namespace opscope
