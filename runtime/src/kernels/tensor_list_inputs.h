// Lists of tensors as inputs of kernels, and what their kernels share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/tensor_list.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

// The list whose handle is input i. Fails if it is none.
[[nodiscard]] const TensorList& list_input(const KernelContext& context, std::size_t i);
// The list of input 0, to be changed: itself if nobody else has it, else a copy. It is output 0.
TensorList& changed_list(KernelContext& context);
// An empty list of the attribute element_dtype, whose elements' shape is input `shape_input`.
[[nodiscard]] Ref<TensorList> new_list(const KernelContext& context, std::size_t shape_input);

// A shape input whose -1s are unknown; a scalar -1 is unknown rank.
[[nodiscard]] Shape partial_shape(const KernelContext& context, std::size_t i);
// What is known of the shapes of all elements of the list, of which `given` is known as well.
[[nodiscard]] Shape common_shape(const KernelContext& context, const TensorList& list,
                                 const Shape& given);

// Fail unless the attribute element_dtype, or an element's shape, is the list's.
void check_dtype(const KernelContext& context, const TensorList& list);
void check_element(const KernelContext& context, const TensorList& list, const TensorRep& element);

// The element, or zeros if it is not set. Fails if their shape is not known.
[[nodiscard]] Ref<TensorRep> element_or_zeros(const KernelContext& context, const TensorList& list,
                                              const Ref<TensorRep>& element, const Shape& given);
// Makes the list have `size` elements. Fails with resource_exhausted if that is absurdly many.
void resize_elements(const KernelContext& context, TensorList& list, std::int64_t size);
// Zeros, empty strings or null variants.
[[nodiscard]] Ref<TensorRep> zeros_element(DType dtype, const Shape& shape);
// Copies the elements of `from` into `to`, beginning at element `at`.
void copy_into(const TensorRep& from, TensorRep& to, std::int64_t at);

}  // namespace opscope::runtime
