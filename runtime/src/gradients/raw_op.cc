#include "gradients/raw_op.h"

#include "gradients/inner_gradient.h"
#include "opscope/error.h"
#include "staging/trace.h"

namespace opscope::runtime {
namespace {

// The axes over which x, broadcast to `full`, was repeated; shapes fully known.
Axes repeated_axes(const Shape& x, const Shape& full) {
  Axes axes;
  const int missing = full.rank() - x.rank();
  for (int i = 0; i < full.rank(); ++i) {
    if (i < missing || (x[i - missing] == 1 && full[i] != 1)) axes.push_back(i);
  }
  return axes;
}

[[noreturn]] void fail(const GradientCall& call, const std::string& what) {
  throw Error(ErrorCode::unimplemented,
              "the gradient of " + std::string(call.spec->name) +
                  (call.loc.is_known() ? " made at " + describe(call.loc) : "") + " needs " + what);
}

}  // namespace

OpCall prepare(const OpSpec& spec, std::string_view name, std::initializer_list<TensorRef> inputs,
               const AttrList& attrs) {
  OpCall call(spec, name, Loc{});
  for (const TensorRef& input : inputs) call.add(input.tensor);
  for (const AttrEntry& attr : attrs) call.attr(attr.name, attr.value);
  return call;
}

Tensor ints(const std::vector<std::int64_t>& values) {
  return Tensor(value_here(int32_vector(values), Loc{}).leak());
}

Tensor int_value(std::int64_t value) {
  return Tensor(value_here(int32_scalar(value), Loc{}).leak());
}

std::optional<std::vector<std::int64_t>> known_ints(const Tensor& tensor) {
  Ref<TensorRep> value = Ref<TensorRep>::share(tensor.rep());
  if (!value->is_dense()) value = current_trace->graph().constant_value(edge_here(tensor));
  if (!value) return std::nullopt;
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < value->num_elements(); ++i) {
    result.push_back(value->dtype() == DType::int32 ? value->data<std::int32_t>()[i]
                                                    : value->data<std::int64_t>()[i]);
  }
  return result;
}

std::vector<std::int64_t> required_ints(const GradientCall& call, std::size_t input) {
  if (auto values = known_ints(call.x(input))) return *values;
  fail(call, "input " + std::to_string(input) + " to be known while tracing");
}

Tensor shape_vector(const Tensor& x) {
  if (!x.shape().is_fully_defined()) return shape(x);
  const std::span<const std::int64_t> dims = x.shape().dims();
  return ints({dims.begin(), dims.end()});
}

Tensor reshape_like(const Tensor& x, const Tensor& like) {
  if (like.shape().is_fully_defined()) {
    return x.shape() == like.shape() ? x : reshape(x, like.shape());
  }
  return reshape(x, shape(like));
}

Tensor broadcast_like(const Tensor& x, const Tensor& like) {
  if (like.shape().is_fully_defined()) {
    return x.shape() == like.shape() ? x : broadcast_to(x, like.shape());
  }
  return broadcast_to(x, shape(like));
}

Tensor sum_over(const Tensor& x, const Tensor& axes, bool keep_dims) {
  return raw<"Sum">({x, axes}, {{"keep_dims", keep_dims}});
}

Tensor sum_to_shape(const Tensor& gradient, const Tensor& x, const Tensor& y) {
  const Shape& from = gradient.shape();
  const Shape& to = x.shape();
  if (from.is_fully_defined() && to.is_fully_defined()) {
    if (from == to) return gradient;
    const Axes axes = repeated_axes(to, from);
    const Tensor sum = axes.empty() ? gradient : sum_over(gradient, ints(axes));
    return sum.shape() == to ? sum : reshape(sum, to);
  }
  const Tensor x_shape = shape(x);
  const std::vector<Tensor> axes = raw_all<"BroadcastGradientArgs">({x_shape, shape(y)});
  return reshape(sum_over(gradient, axes[0]), x_shape);
}

int required_rank(const GradientCall& call, const Tensor& x) {
  if (!x.shape().has_rank()) fail(call, "the rank of its inputs to be known while tracing");
  return x.shape().rank();
}

}  // namespace opscope::runtime
