// Convolutions that read the windows where they lie: with channels last, a row of a window is one
// run of memory, and the windows of neighbouring pixels lie at equal distances.
#pragma once

#include "core/thread_pool.h"
#include "kernels/conv_geometry.h"
#include "kernels/gemm.h"

namespace opscope::runtime {

// Whether the windows are such, and lines long enough for this to pay.
[[nodiscard]] bool reads_lines(const WindowAxis& columns, std::int64_t channels,
                               std::int64_t window_channels) noexcept;

// T is float or double; `pool` may be null. All arrays are dense; outputs overlap no inputs.

// to[pixel][out] = the windows of `patches`, for which reads_lines holds, times the filter, of
// `batch` images.
template <typename T>
void multiply_lines(const Patches<T>& patches, std::int64_t batch, MatrixView<T> filter,
                    std::int64_t out, T* to, ThreadPool* pool);

// result = the windows of `patches`, for which reads_lines holds, transposed, times the gradient
// [batch * rows * columns, out]. The sum over the images is in a fixed order.
template <typename T>
void sum_lines(const Patches<T>& patches, std::int64_t batch, const T* gradient, std::int64_t out,
               T* result, ThreadPool* pool);

}  // namespace opscope::runtime
