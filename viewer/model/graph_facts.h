// How large a graph is, found without parsing it into messages.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/logdir.h"
#include "opscope/result.h"

namespace opscope::viewer {

struct FunctionFacts {
  std::string name;
  std::uint64_t nodes = 0;
};

struct GraphFacts {
  std::uint64_t nodes = 0;
  std::vector<FunctionFacts> functions;  // of the libraries, by name
};

// A GraphDef's nodes; of a RunMetadata those of every function graph before optimisation, which is
// what TensorBoard merges and draws; of Keras' JSON the layers. Fails with data_loss when the bytes
// are no such message.
[[nodiscard]] Result<GraphFacts> graph_facts(const GraphBytes& graph);

}  // namespace opscope::viewer
