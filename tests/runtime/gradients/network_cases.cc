#include "gradient_case.h"
#include "gradients/raw_op.h"

namespace opscope {
namespace {

using runtime::AttrList;
using runtime::raw;
using runtime::raw_all;

using Ints = std::vector<std::int64_t>;

AttrList conv(const char* padding, std::int64_t stride) {
  return {{"strides", Ints{1, stride, stride, 1}}, {"padding", padding}};
}
AttrList pool(const char* padding, std::int64_t size, std::int64_t stride) {
  return {{"ksize", Ints{1, size, size, 1}},
          {"strides", Ints{1, stride, stride, 1}},
          {"padding", padding}};
}

void add_convolutions(GradientCases& cases) {
  const Tensor image = numbers({2, 5, 4, 2});
  for (const char* padding : {"SAME", "VALID"}) {
    for (const std::int64_t stride : {1, 2}) {
      const std::string name = padding + std::to_string(stride);
      cases.push_back({"Conv2D" + name, {image, numbers({3, 2, 2, 3})}, [=](const Tensors& a) {
                         return raw<"Conv2D">({square(a[0]), a[1]}, conv(padding, stride));
                       }});
      cases.push_back(
          {"Depthwise" + name, {image, numbers({3, 2, 2, 2})}, [=](const Tensors& a) {
             return raw<"DepthwiseConv2dNative">({square(a[0]), a[1]}, conv(padding, stride));
           }});
      cases.push_back({"MaxPool" + name, {image}, [=](const Tensors& a) {
                         return raw<"MaxPool">({square(a[0])}, pool(padding, 2, stride));
                       }});
      cases.push_back({"AvgPool" + name, {image}, [=](const Tensors& a) {
                         return raw<"AvgPool">({square(a[0])}, pool(padding, 2, stride));
                       }});
    }
  }
}

void add_losses(GradientCases& cases) {
  cases.push_back({"Softmax", {numbers({2, 3})}, [](const Tensors& a) { return softmax(a[0]); }});
  cases.push_back(
      {"LogSoftmax", {numbers({2, 3})}, [](const Tensors& a) { return log_softmax(a[0]); }});
  cases.push_back({"SparseCrossEntropy", {numbers({2, 3})}, [](const Tensors& a) {
                     return sparse_softmax_cross_entropy_with_logits(constant({2, 0}), a[0]);
                   }});
  cases.push_back({"CrossEntropy", {numbers({2, 3}), numbers({2, 3}, 0, 1)}, [](const Tensors& a) {
                     return softmax_cross_entropy_with_logits(softmax(a[1]), a[0]);
                   }});
  cases.push_back(
      {"L2Loss", {numbers({2, 3})}, [](const Tensors& a) { return raw<"L2Loss">({a[0]}); }});
  cases.push_back({"BiasAdd", {numbers({2, 2, 3}), numbers({3})}, [](const Tensors& a) {
                     return square(raw<"BiasAdd">({a[0], a[1]}));
                   }});
  cases.push_back(
      {"BiasAddChannelsFirst", {numbers({2, 3, 2, 2}), numbers({3})}, [](const Tensors& a) {
         return square(raw<"BiasAdd">({a[0], a[1]}, {{"data_format", "NCHW"}}));
       }});
}

}  // namespace

GradientCases network_cases() {
  GradientCases cases;
  add_convolutions(cases);
  add_losses(cases);
  return cases;
}

GradientCases matrix_cases() {
  GradientCases cases;
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      const std::string name = std::string(ta ? "T" : "N") + (tb ? "T" : "N");
      const Shape a = ta ? Shape{3, 2} : Shape{2, 3};
      const Shape b = tb ? Shape{4, 3} : Shape{3, 4};
      cases.push_back({"MatMul" + name, {numbers(a), numbers(b)}, [=](const Tensors& x) {
                         return matmul(square(x[0]), x[1], {.transpose_a = ta, .transpose_b = tb});
                       }});
      const Shape many = ta ? Shape{2, 1, 3, 2} : Shape{2, 1, 2, 3};
      const Shape few = tb ? Shape{3, 4, 3} : Shape{3, 3, 4};
      cases.push_back(
          {"BatchMatMul" + name, {numbers(many), numbers(few)}, [=](const Tensors& x) {
             return raw<"BatchMatMulV2">({square(x[0]), x[1]}, {{"adj_x", ta}, {"adj_y", tb}});
           }});
    }
  }
  const std::pair<const char*, std::pair<Shape, Shape>> einsums[] = {
      {"ab,bc->ac", {{2, 3}, {3, 4}}},          {"ab,ab->", {{2, 3}, {2, 3}}},
      {"abc,cd->bad", {{2, 3, 2}, {2, 3}}},     {"ab,c->b", {{2, 3}, {2}}},
      {"...ab,bc->...ac", {{2, 2, 3}, {3, 2}}}, {"...a,...a->...", {{2, 1, 3}, {4, 3}}}};
  int number = 0;
  for (const auto& [equation, shapes] : einsums) {
    cases.push_back({"Einsum" + std::to_string(number++),
                     {numbers(shapes.first), numbers(shapes.second)},
                     [equation = std::string(equation)](const Tensors& x) {
                       runtime::OpCall call(runtime::op<"Einsum">(), "einsum", Loc{});
                       return call.add(square(x[0])).add(x[1]).attr("equation", equation).run();
                     }});
    cases.back().needs_shapes = true;
  }
  const Tensor well = constant({3.0, 0.5, 0.2, 0.4, 2.0, 0.3, 0.1, 0.6, 4.0}, {3, 3});
  const auto of = [&](std::string name, std::function<Tensor(const Tensor&)> f) {
    cases.push_back({std::move(name), {well}, [f](const Tensors& a) { return f(a[0]); }});
  };
  of("MatrixInverse", [](const Tensor& a) { return raw<"MatrixInverse">({a}); });
  of("MatrixDeterminant", [](const Tensor& a) { return raw<"MatrixDeterminant">({a}); });
  of("Cholesky",
     [](const Tensor& a) { return raw<"Cholesky">({matmul(a, a, {.transpose_b = true})}); });
  of("MatrixBandPart", [](const Tensor& a) {
    return raw<"MatrixBandPart">({square(a), Tensor(1), Tensor(0)});
  });
  cases.push_back({"MatrixSolve", {well, numbers({3, 2})}, [](const Tensors& a) {
                     return raw<"MatrixSolve">({a[0], a[1]});
                   }});
  cases.push_back({"MatrixTriangularSolve", {well, numbers({3, 2})}, [](const Tensors& a) {
                     return raw<"MatrixTriangularSolve">({a[0], a[1]}, {{"lower", true}});
                   }});
  cases.push_back(
      {"MatrixDiagV3", {numbers({2, 3})}, [](const Tensors& a) {
         return raw<"MatrixDiagV3">({square(a[0]), Tensor(0), Tensor(-1), Tensor(-1), Tensor(0.0)});
       }});
  cases.push_back({"MatrixDiagPartV3", {numbers({2, 3, 3})}, [](const Tensors& a) {
                     return raw<"MatrixDiagPartV3">({square(a[0]), Tensor(1), Tensor(0.0)});
                   }});
  cases.push_back({"MatrixSetDiagV3", {numbers({2, 3, 3}), numbers({2, 3})}, [](const Tensors& a) {
                     return square(raw<"MatrixSetDiagV3">({a[0], a[1], Tensor(0)}));
                   }});
  return cases;
}

}  // namespace opscope
