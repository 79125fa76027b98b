// Zeros of, and sums of, what variant tensors hold, for ZerosLike and AddN.
#pragma once

#include "ops/kernel_context.h"

namespace opscope::runtime {

void variant_zeros_like(KernelContext& context);
void variant_add_n(KernelContext& context);

}  // namespace opscope::runtime
