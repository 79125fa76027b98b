// Running one op on literals.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/op_registry.h"

namespace opscope::runtime {

using Tensors = std::vector<Ref<TensorRep>>;

template <typename T>
Ref<TensorRep> tensor(const Shape& shape, const std::vector<T>& values) {
  Ref<TensorRep> rep = TensorRep::make(dtype_of<T>, shape);
  for (std::size_t i = 0; i < values.size(); ++i) rep->mutable_data<T>()[i] = values[i];
  return rep;
}

template <typename T>
std::vector<T> values_of(const Ref<TensorRep>& rep) {
  const auto flat = rep->flat<T>();
  return std::vector<T>(flat.begin(), flat.end());
}

inline Tensors run_all(std::string_view op, const Tensors& inputs, const Attrs& attrs = {}) {
  std::vector<const TensorRep*> pointers;
  std::vector<DType> dtypes;
  for (const auto& input : inputs) {
    pointers.push_back(input.get());
    dtypes.push_back(input->dtype());
  }
  const OpSpec& spec = get_op(op);
  Tensors outputs(count_outputs(spec, dtypes, attrs));
  run_op_eager(spec, pointers, attrs, outputs);
  return outputs;
}

inline Ref<TensorRep> run(std::string_view op, const Tensors& inputs, const Attrs& attrs = {}) {
  return run_all(op, inputs, attrs).at(0);
}

}  // namespace opscope::runtime
