// Reverse accumulation over a record of operations, whether a tape wrote it or it is a graph.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/attrs.h"
#include "gradients/registry.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

// Tells values apart: an eager value by its address, one of a graph by node and output.
struct ValueKey {
  std::uintptr_t id = 0;
  int output = 0;
  bool operator==(const ValueKey&) const = default;
};

struct ValueKeyHash {
  std::size_t operator()(const ValueKey& key) const noexcept {
    return std::hash<std::uintptr_t>()(key.id * 31 + static_cast<std::uintptr_t>(key.output));
  }
};

// The gradients of a record's inputs from those of its outputs; see GradientCall.
using CustomGradient = std::function<void(GradientCall&)>;

struct OpRecord {
  const OpSpec* spec = nullptr;  // null: `custom` is there
  const CustomGradient* custom = nullptr;
  int node = -1;  // of a graph
  std::vector<ValueKey> inputs;
  std::vector<ValueKey> outputs;
};

// What reverse_gradients() works on.
class Recording {
 public:
  Recording() = default;
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  virtual ~Recording() = default;

  // In program order.
  [[nodiscard]] virtual const std::vector<OpRecord>& records() const = 0;
  // A value as the code that computes gradients can use it.
  [[nodiscard]] virtual Tensor value(ValueKey key) = 0;
  [[nodiscard]] virtual DType dtype(ValueKey key) const = 0;
  // Fills in attrs, loc, and where the node is.
  virtual void describe(const OpRecord& record, GradientCall& call) = 0;
  // The scope that the op was made in and its name, for names and messages; empty: eager.
  [[nodiscard]] virtual std::string name(const OpRecord& record) const = 0;
};

// Floating point, or an object that may hold such: a variable, a list.
[[nodiscard]] bool may_have_gradient(DType dtype) noexcept;

struct Seed {
  ValueKey key;
  Tensor gradient;
};

// The gradients by the values of each source (a source may be several values) when the seeds' keys
// have those gradients; without a value where there is none.
[[nodiscard]] std::vector<Tensor> reverse_gradients(
    Recording& recording, const std::vector<Seed>& seeds,
    const std::vector<std::vector<ValueKey>>& sources);

// Which of the values depend on `from` in a way that has a derivative.
[[nodiscard]] std::vector<bool> find_dependents(const Recording& recording,
                                                const std::vector<ValueKey>& from,
                                                const std::vector<ValueKey>& values);

}  // namespace opscope::runtime
