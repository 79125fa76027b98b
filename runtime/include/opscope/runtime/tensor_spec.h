// TensorSpec: what a traced function accepts for one argument.
#pragma once

#include <string>

#include "opscope/runtime/dtype.h"
#include "opscope/runtime/shape.h"

namespace opscope {

struct TensorSpec {
  Shape shape;  // kAnyDim accepts any size; an unknown rank accepts any shape
  DType dtype = DType::float32;
  std::string name = {};  // the argument's name in graphs and messages; empty: "args_<index>"

  // "TensorSpec(shape=(None, 8), dtype=float32, name='x')", as TensorFlow prints it.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace opscope
