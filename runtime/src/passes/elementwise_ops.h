// Which ops compute each element of their result from the same element of their inputs.
#pragma once

#include <cstdint>

#include "passes/pass_graph.h"

namespace opscope::runtime {

enum class ElementwiseKind : std::uint8_t {
  none,
  broadcasts,  // inputs broadcast against each other
  equal,       // all inputs have the shape of the result
  sum,         // as `equal`, and the result may be written over the first input only
  clip,        // the first input has the shape of the result, the others may broadcast
  bias,        // the second input is a vector along the last dimension
};

// Of a node that can be run in blocks: it cannot fail once its shapes fit, its values are plain,
// and it has one output.
[[nodiscard]] ElementwiseKind elementwise_kind(const PassGraph& graph, const Node& node);

// Nanoseconds for each element, roughly; for every op.
[[nodiscard]] double element_cost(const OpSpec& spec) noexcept;

// Elements of a block: small enough that a few blocks stay in the innermost caches, large enough
// that starting a kernel does not show.
inline constexpr std::int64_t kBlockElements = 2048;

}  // namespace opscope::runtime
