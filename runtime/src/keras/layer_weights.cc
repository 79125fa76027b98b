// The weights of a layer and of those in it.
#include <unordered_set>

#include "keras/eager_scope.h"
#include "keras/layer_state.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

// Calls visit(layer, weight) for each weight once: the layer's own, the trainable ones first, then
// those of sublayers.
template <typename F>
void visit_weights(const Layer& layer, std::unordered_set<const void*>& seen, const F& visit) {
  for (const bool is_trainable : {true, false}) {
    for (const OwnWeight& weight : layer.state().weights) {
      if (weight.is_trainable != is_trainable) continue;
      if (seen.insert(weight.variable.state().get()).second) visit(layer, weight);
    }
  }
  for (const LayerPtr& sublayer : layer.sublayers()) visit_weights(*sublayer, seen, visit);
}

template <typename F>
void visit_weights(const Layer& layer, const F& visit) {
  std::unordered_set<const void*> seen;
  visit_weights(layer, seen, visit);
}

bool is_trained(const Layer& layer, const OwnWeight& weight) {
  return weight.is_trainable && layer.trainable();
}

}  // namespace

std::vector<Variable> Layer::variables() const {
  std::vector<Variable> result;
  visit_weights(*this, [&](const Layer&, const OwnWeight& w) { result.push_back(w.variable); });
  return result;
}

std::vector<Variable> Layer::trainable_variables() const {
  std::vector<Variable> result;
  visit_weights(*this, [&](const Layer& layer, const OwnWeight& weight) {
    if (is_trained(layer, weight)) result.push_back(weight.variable);
  });
  return result;
}

std::vector<Variable> Layer::non_trainable_variables() const {
  std::vector<Variable> result;
  visit_weights(*this, [&](const Layer& layer, const OwnWeight& weight) {
    if (!is_trained(layer, weight)) result.push_back(weight.variable);
  });
  return result;
}

std::vector<std::string> Layer::weight_paths() const {
  std::vector<std::string> result;
  visit_weights(*this, [&](const Layer&, const OwnWeight& w) { result.push_back(w.path); });
  return result;
}

void Layer::set_trainable(bool trainable) const {
  state().is_trainable = trainable;
  set_frozen(!trainable);
  for (const LayerPtr& sublayer : sublayers()) sublayer->set_trainable(trainable);
}

std::int64_t Layer::count_params() const {
  if (!is_built()) {
    throw Error(ErrorCode::failed_precondition,
                "count_params() of " + name() + ", which is not built: call it first");
  }
  std::int64_t count = 0;
  for (const Variable& variable : variables()) count += variable.shape().num_elements();
  return count;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& variable : variables()) values.push_back(opscope::identity(variable));
  return values;
}

void Layer::set_weights(const std::vector<Tensor>& values) const {
  const std::vector<Variable> targets = variables();
  if (values.size() != targets.size()) {
    throw Error(ErrorCode::invalid_argument, "set_weights() of " + name() + ", which has " +
                                                 std::to_string(targets.size()) + " weights: got " +
                                                 std::to_string(values.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i].shape() == targets[i].shape())) {
      throw Error(ErrorCode::invalid_argument,
                  "set_weights() of " + name() + ": " + targets[i].name() + " has shape " +
                      targets[i].shape().to_string() + ", got " + values[i].shape().to_string());
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i) targets[i].assign(values[i]);
}

Tensor Layer::regularization_loss() const {
  Tensor total;
  visit_weights(*this, [&](const Layer& layer, const OwnWeight& weight) {
    if (!weight.regularizer.is_active() || !is_trained(layer, weight)) return;
    const Tensor penalty = weight.regularizer(weight.variable);
    total = total.has_value() ? total + penalty : penalty;
  });
  return total;
}

Tensor Regularizer::operator()(const Tensor& weight) const {
  if (l1 == 0) return reduce_sum(square(weight)) * l2;
  const Tensor absolute = reduce_sum(abs(weight)) * l1;
  return l2 == 0 ? absolute : absolute + reduce_sum(square(weight)) * l2;
}

}  // namespace opscope::keras
