#include <array>
#include <functional>

#include "gradients/registry.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

// The axes over which x, broadcast against y, was repeated; shapes fully known.
Axes repeated_axes(const Shape& x, const Shape& full) {
  Axes axes;
  const int missing = full.rank() - x.rank();
  for (int i = 0; i < full.rank(); ++i) {
    if (i < missing || (x[i - missing] == 1 && full[i] != 1)) axes.push_back(i);
  }
  return axes;
}

void give(GradientCall& call, std::size_t input, const std::function<Tensor()>& gradient) {
  if (call.needs[input]) call.input_gradients[input] = gradient();
}

// For a binary op: each side's gradient before it is summed to the side's shape.
void give_broadcast(GradientCall& call, const std::function<Tensor()>& dx,
                    const std::function<Tensor()>& dy) {
  const Tensor& x = call.inputs[0];
  const Tensor& y = call.inputs[1];
  give(call, 0, [&] { return sum_to_shape(dx(), x, y); });
  give(call, 1, [&] { return sum_to_shape(dy(), y, x); });
}

void add_gradient(GradientCall& c) {
  give_broadcast(
      c, [&] { return c.dy(); }, [&] { return c.dy(); });
}
void sub_gradient(GradientCall& c) {
  give_broadcast(
      c, [&] { return c.dy(); }, [&] { return -c.dy(); });
}
void mul_gradient(GradientCall& c) {
  give_broadcast(
      c, [&] { return c.dy() * c.inputs[1]; }, [&] { return c.inputs[0] * c.dy(); });
}
void real_div_gradient(GradientCall& c) {
  give_broadcast(
      c, [&] { return c.dy() / c.inputs[1]; },
      [&] { return c.dy() * (-c.inputs[0] / c.inputs[1] / c.inputs[1]); });
}
void pow_gradient(GradientCall& c) {
  const Tensor& x = c.inputs[0];
  const Tensor& y = c.inputs[1];
  give_broadcast(
      c, [&] { return c.dy() * y * pow(x, y - 1); },
      [&] {
        const Tensor is_positive = x > 0;
        const Tensor safe = where(is_positive, x, ones_like(x));
        return c.dy() * c.outputs[0] * where(is_positive, log(safe), zeros_like(x));
      });
}
void squared_difference_gradient(GradientCall& c) {
  const Tensor twice = (c.inputs[0] - c.inputs[1]) * 2;
  give_broadcast(
      c, [&] { return c.dy() * twice; }, [&] { return -(c.dy() * twice); });
}
void choose_gradient(GradientCall& c, const Tensor& takes_x) {
  const Tensor zero = zeros_like(c.dy());
  give_broadcast(
      c, [&] { return where(takes_x, c.dy(), zero); },
      [&] { return where(takes_x, zero, c.dy()); });
}
void maximum_gradient(GradientCall& c) { choose_gradient(c, c.inputs[0] >= c.inputs[1]); }
void minimum_gradient(GradientCall& c) { choose_gradient(c, c.inputs[0] <= c.inputs[1]); }

void add_n_gradient(GradientCall& c) {
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    give(c, i, [&] { return c.dy(); });
  }
}

void neg_gradient(GradientCall& c) {
  give(c, 0, [&] { return -c.dy(); });
}
void abs_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * sign(c.inputs[0]); });
}
void square_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * (c.inputs[0] * 2); });
}
void sqrt_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * 0.5 / c.outputs[0]; });
}
void rsqrt_gradient(GradientCall& c) {
  give(c, 0, [&] {
    const Tensor& y = c.outputs[0];
    return c.dy() * (y * y * y * -0.5);
  });
}
void reciprocal_gradient(GradientCall& c) {
  give(c, 0, [&] { return -(c.dy() * c.outputs[0] * c.outputs[0]); });
}
void exp_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * c.outputs[0]; });
}
void log_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() / c.inputs[0]; });
}
void log1p_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() / (c.inputs[0] + 1); });
}
void sin_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * cos(c.inputs[0]); });
}
void cos_gradient(GradientCall& c) {
  give(c, 0, [&] { return -(c.dy() * sin(c.inputs[0])); });
}
void tanh_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * (1 - square(c.outputs[0])); });
}
void sigmoid_gradient(GradientCall& c) {
  give(c, 0, [&] { return c.dy() * (c.outputs[0] * (1 - c.outputs[0])); });
}
void erf_gradient(GradientCall& c) {
  constexpr double kTwoOverSqrtPi = 1.1283791670955126;
  give(c, 0, [&] { return c.dy() * (exp(-square(c.inputs[0])) * kTwoOverSqrtPi); });
}

void select_gradient(GradientCall& c) {
  const Tensor zero = zeros_like(c.dy());
  const Tensor& output = c.outputs[0];
  give(c, 1, [&] { return sum_to_shape(where(c.inputs[0], c.dy(), zero), c.inputs[1], output); });
  give(c, 2, [&] { return sum_to_shape(where(c.inputs[0], zero, c.dy()), c.inputs[2], output); });
}

void matmul_gradient(GradientCall& c) {
  const Tensor& a = c.inputs[0];
  const Tensor& b = c.inputs[1];
  const bool ta = c.attr_bool("transpose_a");
  const bool tb = c.attr_bool("transpose_b");
  give(c, 0, [&] {
    return ta ? matmul(b, c.dy(), {.transpose_a = tb, .transpose_b = true})
              : matmul(c.dy(), b, {.transpose_b = !tb});
  });
  give(c, 1, [&] {
    return tb ? matmul(c.dy(), a, {.transpose_a = true, .transpose_b = ta})
              : matmul(a, c.dy(), {.transpose_a = !ta});
  });
}

constexpr std::array<std::pair<std::string_view, GradientFn>, 26> kTable = {{
    {"AddV2", add_gradient},
    {"Add", add_gradient},
    {"Sub", sub_gradient},
    {"Mul", mul_gradient},
    {"RealDiv", real_div_gradient},
    {"Pow", pow_gradient},
    {"SquaredDifference", squared_difference_gradient},
    {"Maximum", maximum_gradient},
    {"Minimum", minimum_gradient},
    {"AddN", add_n_gradient},
    {"Neg", neg_gradient},
    {"Abs", abs_gradient},
    {"Square", square_gradient},
    {"Sqrt", sqrt_gradient},
    {"Rsqrt", rsqrt_gradient},
    {"Reciprocal", reciprocal_gradient},
    {"Exp", exp_gradient},
    {"Log", log_gradient},
    {"Log1p", log1p_gradient},
    {"Sin", sin_gradient},
    {"Cos", cos_gradient},
    {"Tanh", tanh_gradient},
    {"Sigmoid", sigmoid_gradient},
    {"Erf", erf_gradient},
    {"SelectV2", select_gradient},
    {"MatMul", matmul_gradient},
}};

}  // namespace

GradientTable math_gradients() noexcept { return kTable; }

Tensor sum_to_shape(const Tensor& gradient, const Tensor& x, const Tensor& y) {
  const Shape& from = gradient.shape();
  const Shape& to = x.shape();
  if (from.is_fully_defined() && to.is_fully_defined()) {
    if (from == to) return gradient;
    const Axes axes = repeated_axes(to, from);
    const Tensor sum = axes.empty() ? gradient : reduce_sum(gradient, {.axes = axes});
    return sum.shape() == to ? sum : reshape(sum, to);
  }
  const Tensor x_shape = shape(x);
  const std::vector<Tensor> axes =
      OpCall(op<"BroadcastGradientArgs">(), "BroadcastGradientArgs", Loc{})
          .add(x_shape)
          .add(shape(y))
          .run_all();
  const Tensor sum = OpCall(op<"Sum">(), "Sum", Loc{}).add(gradient).add(axes[0]).run();
  return reshape(sum, x_shape);
}

}  // namespace opscope::runtime
