// Decompositions of matrices, windows given as inputs, and lists.
#include "gradient_case.h"
#include "gradients/raw_op.h"

namespace opscope {
namespace {

using runtime::AttrList;
using runtime::ints;
using runtime::raw;
using runtime::raw_all;

Tensor flat(const std::vector<Tensor>& parts) {
  std::vector<Tensor> vectors;
  for (const Tensor& part : parts) vectors.push_back(reshape(part, Shape{kAnyDim}));
  return concat(vectors, 0);
}

Tensor matrix(std::int64_t rows, std::int64_t columns) {
  const Tensor all = constant(
      {3.0, 0.5, 0.2, -0.7, 0.4, 2.0, 0.3, 0.8, 0.1, 0.6, -4.0, 0.9, -0.3, 0.7, 1.1, 1.5}, {4, 4});
  return slice(all, {0, 0}, {rows, columns});
}

void add_decomposition(GradientCases& cases, const std::string& name, const Tensor& x,
                       std::function<std::vector<Tensor>(const Tensor&)> f) {
  cases.push_back({name, {x}, [f](const Tensors& a) { return flat(f(a[0])); }});
  cases.back().needs_shapes = true;
}

void add_decompositions(GradientCases& cases) {
  const std::pair<std::int64_t, std::int64_t> sizes[] = {{3, 3}, {4, 2}, {2, 4}, {2, 3}};
  for (const auto& [rows, columns] : sizes) {
    const std::string size = std::to_string(rows) + "By" + std::to_string(columns);
    const Tensor x = matrix(rows, columns);
    add_decomposition(cases, "Qr" + size, x, [](const Tensor& a) { return raw_all<"Qr">({a}); });
    add_decomposition(cases, "Svd" + size, x, [](const Tensor& a) { return raw_all<"Svd">({a}); });
    add_decomposition(cases, "SvdValues" + size, x, [](const Tensor& a) {
      return std::vector<Tensor>{raw_all<"Svd">({a}, {{"compute_uv", false}})[0]};
    });
  }
  add_decomposition(cases, "SvdFull", matrix(2, 3), [](const Tensor& a) {
    return raw_all<"Svd">({a}, {{"full_matrices", true}});
  });
  const Tensor batch = stack({matrix(3, 3), matrix(3, 3) * 0.5 + 0.1}, 0);
  add_decomposition(cases, "QrBatch", batch, [](const Tensor& a) { return raw_all<"Qr">({a}); });
  add_decomposition(cases, "SelfAdjointEig", batch,
                    [](const Tensor& a) { return raw_all<"SelfAdjointEigV2">({a}); });
  add_decomposition(cases, "SelfAdjointEigValues", matrix(3, 3), [](const Tensor& a) {
    return std::vector<Tensor>{raw_all<"SelfAdjointEigV2">({a}, {{"compute_v", false}})[0]};
  });
}

void add_scatters(GradientCases& cases) {
  const Tensor indices = constant({{1}, {3}});
  const auto add = [&](const char* name, auto scatter) {
    cases.push_back({name, {numbers({4, 2}), numbers({2, 2})}, [=](const Tensors& a) {
                       return square(scatter(a[0], indices, a[1]));
                     }});
  };
  add("TensorScatterSub", [](const auto&... a) { return tensor_scatter_nd_sub(a...); });
  add("TensorScatterMax", [](const auto&... a) { return tensor_scatter_nd_max(a...); });
  add("TensorScatterMin", [](const auto&... a) { return tensor_scatter_nd_min(a...); });
}

void add_lists(GradientCases& cases) {
  const AttrList attrs = {{"element_dtype", DType::float64}};
  const auto list_of = [attrs](const Tensor& x) {
    return raw<"TensorListFromTensor">({x, ints({2})}, attrs);
  };
  cases.push_back(
      {"TensorListGather", {numbers({3, 2})}, [=](const Tensors& a) {
         return square(raw<"TensorListGather">({list_of(a[0]), ints({2, 0}), ints({2})}, attrs));
       }});
  cases.push_back({"TensorListScatterIntoExistingList",
                   {numbers({3, 2}), numbers({2, 2})},
                   [=](const Tensors& a) {
                     const Tensor list = raw<"TensorListScatterIntoExistingList">(
                         {list_of(a[0]), a[1], ints({0, 2})}, attrs);
                     return square(raw<"TensorListStack">({list, ints({2})}, attrs));
                   }});
}

}  // namespace

GradientCases decomposition_cases() {
  GradientCases cases;
  add_decompositions(cases);
  add_scatters(cases);
  add_lists(cases);
  cases.push_back({"MaxPoolV2", {numbers({1, 4, 5, 2})}, [](const Tensors& a) {
                     return raw<"MaxPoolV2">({square(a[0]), ints({1, 2, 2, 1}), ints({1, 1, 2, 1})},
                                             {{"padding", "VALID"}});
                   }});
  cases.push_back({"NextAfter", {numbers({3}), numbers({2, 3})}, [](const Tensors& a) {
                     return square(nextafter(a[0], a[1]));
                   }});
  return cases;
}

}  // namespace opscope
