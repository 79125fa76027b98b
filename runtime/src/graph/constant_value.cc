// What tracing can know of values: shape functions need the constants among their inputs.
#include "graph/func_graph.h"
#include "ops/op_registry.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

constexpr std::int64_t kMostElements = 64;  // of a folded value; shapes and axes are far smaller

Ref<TensorRep> shape_as_tensor(const Shape& shape, DType dtype) {
  Ref<TensorRep> rep = TensorRep::make(dtype, {shape.rank()});
  for (int i = 0; i < shape.rank(); ++i) {
    if (dtype == DType::int32) {
      rep->mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(shape[i]);
    } else {
      rep->mutable_data<std::int64_t>()[i] = shape[i];
    }
  }
  return rep;
}

bool is_foldable(const Node& node) {
  if (node.spec->is_stateful || node.spec->select == nullptr || node.inputs.empty()) return false;
  for (const NodeOutput& output : node.outputs) {
    if (!is_integer(output.dtype) && output.dtype != DType::boolean) return false;
    if (!output.shape.is_fully_defined() || output.shape.num_elements() > kMostElements) {
      return false;
    }
  }
  return true;
}

}  // namespace

Ref<TensorRep> FuncGraph::constant_value(Edge edge) const {
  const Node& source = node(edge.node);
  if (source.constant) return source.constant;
  const NodeOutput& out = output(edge);
  if (!is_integer(out.dtype) && out.dtype != DType::boolean) return nullptr;
  if (const auto known = folded_.find(edge.node); known != folded_.end()) {
    return edge.output == 0 ? known->second : nullptr;
  }
  Ref<TensorRep> value;
  if (source.spec->name == "Shape") {
    const Shape& shape = output(source.inputs[0]).shape;
    if (shape.is_fully_defined()) value = shape_as_tensor(shape, out.dtype);
  } else if (is_foldable(source) && source.outputs.size() == 1) {
    std::vector<Ref<TensorRep>> inputs;
    std::vector<const TensorRep*> reps;
    for (const Edge input : source.inputs) {
      inputs.push_back(constant_value(input));
      if (!inputs.back() || inputs.back()->num_elements() > kMostElements) break;
      reps.push_back(inputs.back().get());
    }
    if (reps.size() == source.inputs.size()) {
      try {
        run_op_eager(*source.spec, reps, source.attrs, {&value, 1});
      } catch (const Error&) {
        value = nullptr;  // the error belongs to the run, where the node may never be reached
      }
    }
  }
  folded_.emplace(edge.node, value);
  return edge.output == 0 ? value : nullptr;
}

bool FuncGraph::partial_shape(Edge edge, Shape* out) const {
  const Node& source = node(edge.node);
  if (source.spec->name == "Shape") {
    *out = output(source.inputs[0]).shape;
    return out->has_rank();
  }
  if (source.spec->name != "Pack" || !is_integer(output(edge).dtype)) return false;
  Shape shape;
  for (const Edge input : source.inputs) {
    const Ref<TensorRep> value = constant_value(input);
    std::int64_t size = kAnyDim;
    if (value && value->dtype() == DType::int32) size = *value->data<std::int32_t>();
    if (value && value->dtype() == DType::int64) size = *value->data<std::int64_t>();
    shape.append(size < 0 ? kAnyDim : size);
  }
  *out = shape;
  return true;
}

}  // namespace opscope::runtime
