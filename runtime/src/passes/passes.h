// Passes over the copy of a graph that runs. Every result, signs of zeros included, is bit for bit
// what the traced graph gives; a NaN is a NaN, of any sign.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "passes/pass_graph.h"

namespace opscope::runtime {

struct PassOptions {
  std::size_t most_inlined = 200;  // nodes of a graph whose calls are inlined; 0: none
  bool simplifies = true;
  bool folds = true;
  bool shares = true;
  bool fuses = true;

  static constexpr PassOptions none() { return {0, false, false, false, false}; }
};

// Simplifies, folds and shares, in one walk from the arguments to the results: the time is linear
// in the number of nodes. What is no longer read is left to PassGraph::needed().
void run_passes(PassGraph& graph, const PassOptions& options);

// The steps of that walk, for one node whose inputs are resolved already.

// Replaces a node that hands its input on (Identity, a reshape to the same shape, x * 1, -(-x)), or
// makes it do the work of its input as well (transpositions). Returns true if the node is gone.
bool simplify_node(PassGraph& graph, int index);

// Computes a stateless node whose inputs are constants, or whose value follows from shapes alone.
// Values above 64 KiB are left to the run, as is a node that fails. Returns true if it is a
// constant now.
bool fold_node(PassGraph& graph, int index);

// Finds nodes that compute the same: stateless, of one op, with the same inputs and attributes.
class CommonNodes {
 public:
  explicit CommonNodes(std::size_t num_nodes);
  // Replaces the node by an earlier equal one and returns true, or remembers it.
  bool share_node(PassGraph& graph, int index);

 private:
  [[nodiscard]] static std::size_t hash(const Node& node);
  [[nodiscard]] static bool are_equal(const Node& a, const Node& b);

  std::vector<int> table_;  // open addressing; -1: free
};

// Nodes that run one after the other; several: elementwise ones, to be run in one pass over blocks,
// or a matrix product and the step of gradient descent along it.
struct Unit {
  std::vector<int> nodes;
};

// Whether the node is a step of gradient descent: (variable, rate, gradient).
[[nodiscard]] bool is_descent(const Node& node) noexcept;

// The order to run the needed nodes in, and what is run in one pass. Elementwise nodes run just
// before whoever needs them, as do products along which a variable descends; everything else keeps
// its order; arguments and constants are in no unit.
std::vector<Unit> schedule_units(const PassGraph& graph, std::span<const char> needed, bool fuses);

}  // namespace opscope::runtime
