// The gradients of nodes that run graphs: While, If, Case and calls.
#pragma once

#include "gradients/registry.h"

namespace opscope::runtime {

// The forward loop gives what its backward loop reads as TensorLists, one element per trip, as
// TensorFlow's loops do; the backward loop takes them from the ends of the lists.
void while_gradient(GradientCall& call);

// The branch that ran gives what its backward branch reads as optionals, the others give none.
void branch_gradient(GradientCall& call);

// The function gives what its backward function reads as further results.
void function_call_gradient(GradientCall& call);

}  // namespace opscope::runtime
