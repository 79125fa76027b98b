#include "keras/train_graph.h"

#include "keras/model_state.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/summary/file_writer.h"

namespace opscope::keras {

void write_train_graph(const Model& model, summary::FileWriter& writer) {
  const Compiled* compiled = model.model_state().compiled.get();
  if (compiled == nullptr || !compiled->train_concrete) return;
  writer.graph(compiled->train_concrete->graph_def());
}

}  // namespace opscope::keras
