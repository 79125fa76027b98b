// Elementwise nodes that run in one pass over blocks of their elements, so that what they hand on
// to each other stays in the caches and is never stored.
#pragma once

#include <cstdint>
#include <vector>

#include "opscope/runtime/dtype.h"
#include "passes/elementwise_ops.h"

namespace opscope::runtime {

struct FusedMember {
  ElementwiseKind kind = ElementwiseKind::none;
  bool is_exported = false;         // read outside of the group
  std::uint32_t first_operand = 0;  // of FusedGroup::operands
  std::uint32_t num_operands = 0;
  std::uint32_t scratch = 0;  // where its blocks go, unless exported
  DType dtype = DType::invalid;
};

struct FusedGroup {
  // Not elementwise: a matrix product, and the step of gradient descent along it.
  bool is_descent = false;
  std::vector<FusedMember> members;
  // Of each member's inputs: input k of the fused step (>= 0), or the result of member ~k.
  std::vector<std::int32_t> operands;
  // By input of the fused step: the last member that reads it, and whether that member's result may
  // be written over it.
  struct Reuse {
    std::int32_t last_reader = 0;
    bool may_overwrite = false;
  };
  std::vector<Reuse> reuse;
  std::uint32_t num_scratch = 0;
  double cost = 0;  // nanoseconds for each element
};

}  // namespace opscope::runtime
