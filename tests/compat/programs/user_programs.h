// Programs as users write them, for user_programs.cc to trace and run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "opscope/runtime.h"

namespace opscope::compat {

using Tensors = std::vector<Tensor>;

struct UserProgram {
  std::string name;
  Tensors inputs;
  std::function<Tensors(const Tensors&)> run;
  // Also traced: the derivatives of the sum of the first output by every float input.
  bool is_differentiable = false;
  std::vector<TensorSpec> specs = {};  // none: those of the inputs
  std::vector<Variable> variables = {};
};

std::vector<UserProgram> numeric_programs();
std::vector<UserProgram> sequence_programs();
std::vector<UserProgram> stateful_programs();

}  // namespace opscope::compat
