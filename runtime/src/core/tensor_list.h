// What variant tensors refer to: lists of tensors, and optionals.
#pragma once

#include <string>
#include <vector>

#include "core/ref.h"
#include "core/tensor_rep.h"

namespace opscope::runtime {

// Never changed while it is shared: operations change a copy, or the list itself when nobody else
// has it.
class TensorList final : public Resource {
 public:
  [[nodiscard]] std::string describe() const override {
    return "list of " + std::to_string(elements.size()) + " tensors of " +
           std::string(dtype_name(element_dtype));
  }

  DType element_dtype = DType::invalid;
  Shape element_shape = Shape::unknown();  // what all elements' shapes are compatible with
  std::int64_t max_elements = -1;          // -1: no limit
  std::vector<Ref<TensorRep>> elements;    // null: not set yet, zeros
};

class OptionalValue final : public Resource {
 public:
  [[nodiscard]] std::string describe() const override {
    return values.empty() ? "optional without a value" : "optional with a value";
  }

  std::vector<Ref<TensorRep>> values;  // empty: none
};

}  // namespace opscope::runtime
