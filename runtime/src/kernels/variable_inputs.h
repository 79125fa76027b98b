// Variables as inputs of kernels.
#pragma once

#include <string>

#include "core/resources.h"
#include "kernels/numeric.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

// The variable whose handle is input i. Fails if it is none.
[[nodiscard]] VariableResource& variable_input(const KernelContext& context, std::size_t i);

// Calls body(); errors of variables get the op's name.
template <typename Body>
void with_op_errors(const KernelContext& context, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    context.fail(error.code(), error.what());
  }
}

// The elements of a variable of type T, checked to match input `i` in type and shape.
template <typename T>
[[nodiscard]] T* matching_elements(const KernelContext& context, TensorRep& value, std::size_t i) {
  if (value.dtype() != dtype_of<T> || value.shape() != context.input(i).shape()) {
    context.invalid("the variable is " + std::string(dtype_name(value.dtype())) +
                    value.shape().to_bracket_string());
  }
  return value.mutable_data<T>();
}

}  // namespace opscope::runtime
