// A selector for kernels that serve every dtype.
#pragma once

#include "ops/op_spec.h"

namespace opscope::runtime {

template <Kernel kKernel>
Kernel always(const KernelKey&) {
  return kKernel;
}

}  // namespace opscope::runtime
