#include "gradient_case.h"
#include "gradients/raw_op.h"

namespace opscope {
namespace {

using runtime::OpName;
using runtime::raw;

template <OpName kName>
GradientCase unary(double low, double high, bool has_second = true) {
  return {kName.chars.data(),
          {numbers({2, 3}, low, high)},
          [](const Tensors& x) { return raw<kName>({x[0]}); },
          has_second};
}

// Both ways of broadcasting.
template <OpName kName>
void add_binary(GradientCases& cases, double low, double high, bool has_second = true) {
  const auto f = [](const Tensors& x) { return raw<kName>({x[0], x[1]}); };
  const std::string name = kName.chars.data();
  cases.push_back({name, {numbers({2, 3}, low, high), numbers({2, 3}, low, high)}, f, has_second});
  cases.push_back(
      {name + "Row", {numbers({2, 3}, low, high), numbers({3}, low, high)}, f, has_second});
  cases.push_back(
      {name + "Outer", {numbers({2, 1}, low, high), numbers({2, 1, 3}, low, high)}, f, has_second});
  cases.push_back(
      {name + "Scalar", {numbers({}, low, high), numbers({4}, low, high)}, f, has_second});
}

// An activation's gradient op by dy and the other input.
template <OpName kName>
GradientCase of_gradient_op(double low, double high) {
  return {kName.chars.data(), {numbers({2, 3}), numbers({2, 3}, low, high)}, [](const Tensors& x) {
            return raw<kName>({x[0], x[1]});
          }};
}

void add_unary(GradientCases& cases) {
  for (const GradientCase& each : GradientCases{
           unary<"Neg">(-1, 1),       unary<"Abs">(0.2, 1),       unary<"Square">(-1, 1),
           unary<"Sqrt">(0.2, 2),     unary<"Rsqrt">(0.2, 2),     unary<"Reciprocal">(0.5, 2),
           unary<"Exp">(-1, 1),       unary<"Expm1">(-1, 1),      unary<"Log">(0.2, 2),
           unary<"Log1p">(-0.5, 1),   unary<"Sin">(-1, 1),        unary<"Cos">(-1, 1),
           unary<"Tan">(-1, 1),       unary<"Sinh">(-1, 1),       unary<"Cosh">(-1, 1),
           unary<"Asin">(-0.8, 0.8),  unary<"Acos">(-0.8, 0.8),   unary<"Atan">(-1, 1),
           unary<"Asinh">(-1, 1),     unary<"Acosh">(1.3, 3),     unary<"Atanh">(-0.8, 0.8),
           unary<"Tanh">(-1, 1),      unary<"Sigmoid">(-2, 2),    unary<"Erf">(-1, 1),
           unary<"Erfc">(-1, 1),      unary<"Relu">(0.1, 2),      unary<"Relu6">(0.5, 5),
           unary<"Elu">(-2, -0.1),    unary<"Selu">(-2, -0.1),    unary<"Softplus">(-2, 2),
           unary<"Softsign">(0.1, 2), unary<"LeakyRelu">(-2, -1), unary<"Lgamma">(0.5, 3, false),
       }) {
    cases.push_back(each);
  }
}

}  // namespace

GradientCases elementwise_cases() {
  GradientCases cases;
  add_unary(cases);
  add_binary<"AddV2">(cases, -1, 1);
  add_binary<"Sub">(cases, -1, 1);
  add_binary<"Mul">(cases, -1, 1);
  add_binary<"RealDiv">(cases, 0.5, 2);
  add_binary<"DivNoNan">(cases, 0.5, 2);
  add_binary<"MulNoNan">(cases, 0.5, 2);
  add_binary<"Pow">(cases, 0.5, 2);
  add_binary<"SquaredDifference">(cases, -1, 1);
  add_binary<"Maximum">(cases, -1, 1);
  add_binary<"Minimum">(cases, -1, 1);
  add_binary<"Xlogy">(cases, 0.5, 2);
  add_binary<"Xdivy">(cases, 0.5, 2);
  add_binary<"Atan2">(cases, 0.5, 2);
  cases.push_back({"FloorMod",
                   {numbers({2, 3}, 3.1, 3.4), numbers({3}, 1.1, 1.5)},
                   [](const Tensors& x) {
                     return raw<"FloorMod">({x[0], x[1]});
                   },
                   false});
  cases.push_back(of_gradient_op<"SqrtGrad">(0.5, 2));
  cases.push_back(of_gradient_op<"ReluGrad">(0.1, 1));
  cases.push_back(of_gradient_op<"SoftplusGrad">(-1, 1));
  cases.push_back(of_gradient_op<"SoftsignGrad">(0.1, 1));
  cases.push_back(of_gradient_op<"EluGrad">(-0.9, -0.1));
  cases.push_back({"TanhGrad", {numbers({3}), numbers({3})}, [](const Tensors& x) {
                     return raw<"TanhGrad">({x[0], x[1]});
                   }});
  cases.push_back(
      {"ClipByValue", {numbers({3, 4}), Tensor(-0.5), Tensor(0.4)}, [](const Tensors& x) {
         return raw<"ClipByValue">({x[0], x[1], x[2]});
       }});
  cases.push_back({"SelectV2", {numbers({2, 3}), numbers({3})}, [](const Tensors& x) {
                     return where(x[0] > 0.0, square(x[0]), x[1] * x[0]);
                   }});
  cases.push_back({"AddN", {numbers({3}), numbers({3})}, [](const Tensors& x) {
                     return add_n({x[0], square(x[1]), x[0] * x[1]});
                   }});
  return cases;
}

}  // namespace opscope
