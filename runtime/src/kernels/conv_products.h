// Convolutions as matrix products, on plain memory with channels last.
#pragma once

#include "core/thread_pool.h"
#include "kernels/conv_geometry.h"

namespace opscope::runtime {

// T is float or double; `pool` may be null. All arrays are dense; outputs overlap no inputs.

// output [batch, rows, columns, out] of input [batch, rows, columns, in] and the filter [rows,
// columns, in, out].
template <typename T>
void conv_forward(const ConvGeometry& conv, const T* input, const T* filter, T* output,
                  ThreadPool* pool);
// The gradient by the input, of the input's size.
template <typename T>
void conv_input_gradient(const ConvGeometry& conv, const T* filter, const T* gradient, T* result,
                         ThreadPool* pool);
// The gradient by the filter. The sum over the images is in a fixed order, whatever the threads.
template <typename T>
void conv_filter_gradient(const ConvGeometry& conv, const T* input, const T* gradient, T* result,
                          ThreadPool* pool);

}  // namespace opscope::runtime
