// The gradient of Einsum.
#pragma once

#include "gradients/registry.h"

namespace opscope::runtime {

void einsum_gradient(GradientCall& call);

}  // namespace opscope::runtime
