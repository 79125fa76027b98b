// The table of a model's layers.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "keras/layer_state.h"
#include "keras/model_state.h"
#include "opscope/error.h"

namespace opscope::keras {
namespace {

// "1,234,567"
std::string with_separators(std::int64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

struct Columns {
  std::size_t line_length;
  std::vector<std::size_t> ends;
};

Columns columns_of(bool has_connections, int line_length) {
  const auto length = static_cast<std::size_t>(line_length > 0   ? line_length
                                               : has_connections ? 98
                                                                 : 65);
  const std::vector<double> parts =
      has_connections ? std::vector{0.33, 0.55, 0.67, 1.0} : std::vector{0.45, 0.85, 1.0};
  Columns columns{length, {}};
  for (const double part : parts) {
    columns.ends.push_back(static_cast<std::size_t>(static_cast<double>(length) * part));
  }
  return columns;
}

// Fields are cut at their column's end; one space always separates them.
void append_row(std::string& out, const Columns& columns, const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line.back() = ' ';
    line += fields[i];
    line.resize(columns.ends[i], ' ');
  }
  out += line + "\n";
}

std::string shape_text(const Layer& layer, bool is_input) {
  const std::vector<Shape>& shapes = layer.state().output_shapes;
  if (shapes.empty()) return "multiple";
  if (shapes.size() == 1)
    return is_input ? "[" + shapes[0].to_string() + "]" : shapes[0].to_string();
  std::string text = "[";
  for (const Shape& shape : shapes) text += (text.size() > 1 ? ", " : "") + shape.to_string();
  return text + "]";
}

std::int64_t params_of(const Layer& layer) { return layer.is_built() ? layer.count_params() : 0; }

std::int64_t count(const std::vector<Variable>& variables) {
  std::int64_t total = 0;
  for (const Variable& variable : variables) total += variable.shape().num_elements();
  return total;
}

// "dense[0][0]" for each input of each call of the layer within the model.
std::map<const LayerState*, std::vector<std::string>> connections_of(const FunctionalGraph& graph) {
  std::map<const LayerState*, std::vector<std::string>> connections;
  for (const auto& call : graph.calls) {
    for (const KerasTensor& input : call->inputs) {
      connections[&call->layer->state()].push_back(input.layer_name() + "[" +
                                                   std::to_string(input.call()->index) + "][" +
                                                   std::to_string(input.output()) + "]");
    }
  }
  return connections;
}

// Each layer is called once, on what the one before it gives.
bool is_chain(const FunctionalGraph& graph) {
  const LayerCall* before = nullptr;
  std::set<const LayerState*> seen;
  for (const auto& call : graph.calls) {
    if (!seen.insert(&call->layer->state()).second) return false;
    if (call->inputs.size() > 1) return false;
    if (call->inputs.empty() != (before == nullptr)) return false;
    if (before != nullptr && call->inputs[0].call().get() != before) return false;
    before = call.get();
  }
  return true;
}

}  // namespace

std::string Model::summary_text(const SummaryOptions& options) const {
  const bool is_known = is_built() && (!model_state().sequence_input || !sublayers().empty());
  if (!is_known) {
    throw Error(ErrorCode::failed_precondition,
                name() +
                    " is not built: call it or fit() first, or give the first layer an "
                    "input_shape");
  }
  const auto& graph = model_state().functional;
  const bool has_connections = graph && !is_chain(*graph);
  const Columns columns = columns_of(has_connections, options.line_length);
  const std::string rule = std::string(columns.line_length, '_') + "\n";
  std::map<const LayerState*, std::vector<std::string>> connections;
  std::vector<std::string> header{"Layer (type)", "Output Shape", "Param #"};
  if (has_connections) {
    connections = connections_of(*graph);
    header.push_back("Connected to");
  }
  std::string out = "Model: \"" + name() + "\"\n" + rule;
  append_row(out, columns, header);
  const std::vector<LayerPtr> all = layers();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Layer& layer = *all[i];
    if (i > 0) out += rule;
    std::vector<std::string> fields{layer.name() + " (" + layer.class_name() + ")",
                                    shape_text(layer, layer.class_name() == "InputLayer"),
                                    std::to_string(params_of(layer))};
    if (!has_connections) {
      append_row(out, columns, fields);
      continue;
    }
    const std::vector<std::string>& inputs = connections[&layer.state()];
    fields.push_back(inputs.empty() ? "" : inputs[0]);
    append_row(out, columns, fields);
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      append_row(out, columns, {"", "", "", inputs[k]});
    }
  }
  out += "Total params: " + with_separators(count(variables())) + "\n";
  out += "Trainable params: " + with_separators(count(trainable_variables())) + "\n";
  out += "Non-trainable params: " + with_separators(count(non_trainable_variables())) + "\n";
  return out + rule;
}

void Model::summary(const SummaryOptions& options) const {
  const std::string text = summary_text(options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace opscope::keras
