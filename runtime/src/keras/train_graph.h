// The graph of a model's training step.
#pragma once

namespace opscope::summary {
class FileWriter;
}  // namespace opscope::summary

namespace opscope::keras {

class Model;

// Writes it as the graph of the run; nothing before the first step.
void write_train_graph(const Model& model, summary::FileWriter& writer);

}  // namespace opscope::keras
