// Reverse accumulation over a record of operations, whether a tape wrote it or it is a graph.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/attrs.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

// Tells values apart: an eager value by its address, one of a graph by node and output.
struct ValueKey {
  std::uintptr_t id = 0;
  int output = 0;
  auto operator<=>(const ValueKey&) const = default;
};

struct OpRecord {
  const OpSpec* spec = nullptr;
  const Attrs* attrs = nullptr;
  std::string name;  // of the node; empty: eager
  Loc loc;
  std::vector<ValueKey> inputs;
  std::vector<ValueKey> outputs;
};

// The gradients of sum(target) by the values of each source (a source may be several values, as a
// variable read twice is); without a value where there is none. `records` are in program order;
// `value_of` gives the value of a key.
[[nodiscard]] std::vector<Tensor> reverse_gradients(
    const std::vector<OpRecord>& records, const std::function<Tensor(ValueKey)>& value_of,
    ValueKey target, const std::vector<std::vector<ValueKey>>& sources);

}  // namespace opscope::runtime
