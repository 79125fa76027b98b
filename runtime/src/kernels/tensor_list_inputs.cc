#include "kernels/tensor_list_inputs.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "kernels/kernel_inputs.h"

namespace opscope::runtime {

const TensorList& list_input(const KernelContext& context, std::size_t i) {
  const TensorRep& handle = context.input(i);
  const auto* list = handle.num_elements() == 1
                         ? dynamic_cast<const TensorList*>(handle.data<Ref<Resource>>()->get())
                         : nullptr;
  if (list == nullptr) context.invalid("Input handle is not a list");
  return *list;
}

// The list of input 0, to be changed: itself if nobody else has it, else a copy. It is output 0.
TensorList& changed_list(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  if (context.may_change(0) && list.is_unique()) {
    context.set_output(0, context.input_ref(0));
    return const_cast<TensorList&>(list);
  }
  auto copy = Ref<TensorList>::adopt(new TensorList);
  copy->element_dtype = list.element_dtype;
  copy->element_shape = list.element_shape;
  copy->max_elements = list.max_elements;
  copy->elements = list.elements;
  TensorList& result = *copy;
  context.set_output(0, make_handle(DType::variant, std::move(copy)));
  return result;
}

// A shape input whose -1s are unknown; a scalar -1 is unknown rank.
Shape partial_shape(const KernelContext& context, std::size_t i) {
  const IntList dims = read_ints(context, i);
  if (context.input(i).rank() == 0) {
    context.require(dims[0] == -1, "a scalar element_shape must be -1");
    return Shape::unknown();
  }
  Shape shape;
  for (const std::int64_t dim : dims) {
    context.require(dim >= -1, "element_shape must not have dimensions below -1");
    shape.append(dim < 0 ? kAnyDim : dim);
  }
  return shape;
}

void check_dtype(const KernelContext& context, const TensorList& list) {
  const DType wanted = context.attr_type("element_dtype");
  if (list.element_dtype == wanted) return;
  context.invalid("Invalid data types; op elements " + std::string(dtype_name(wanted)) +
                  " but list elements " + std::string(dtype_name(list.element_dtype)));
}

void check_element(const KernelContext& context, const TensorList& list, const TensorRep& element) {
  if (list.element_shape.is_compatible_with(element.shape())) return;
  context.invalid("Tried to append a tensor with incompatible shape to a list. Op element shape: " +
                  element.shape().to_bracket_string() +
                  " list shape: " + list.element_shape.to_bracket_string());
}

Ref<TensorRep> zeros_element(DType dtype, const Shape& shape) {
  return dtype == DType::string || dtype == DType::variant ? TensorRep::make(dtype, shape)
                                                           : TensorRep::make_zeros(dtype, shape);
}

// What is known of the shapes of all elements of the list.
Shape common_shape(const KernelContext& context, const TensorList& list, const Shape& given) {
  if (!list.element_shape.is_compatible_with(given)) {
    context.invalid("Incompatible shapes: list " + list.element_shape.to_bracket_string() +
                    ", op " + given.to_bracket_string());
  }
  return list.element_shape.merge_with(given);
}

Ref<TensorRep> element_or_zeros(const KernelContext& context, const TensorList& list,
                                const Ref<TensorRep>& element, const Shape& given) {
  if (element) return element;
  Shape shape = common_shape(context, list, given);
  for (const Ref<TensorRep>& other : list.elements) {
    if (other && !shape.is_fully_defined() && shape.is_compatible_with(other->shape())) {
      shape = shape.merge_with(other->shape());
    }
  }
  if (!shape.is_fully_defined()) {
    context.invalid(
        "Trying to read an uninitialized tensor but element_shape is not fully "
        "defined: " +
        shape.to_bracket_string());
  }
  return zeros_element(list.element_dtype, shape);
}

Ref<TensorList> new_list(const KernelContext& context, std::size_t shape_input) {
  auto list = Ref<TensorList>::adopt(new TensorList);
  list->element_dtype = context.attr_type("element_dtype");
  list->element_shape = partial_shape(context, shape_input);
  return list;
}

// Copies the elements of `from` into `to`, beginning at element `at`.
void copy_into(const TensorRep& from, TensorRep& to, std::int64_t at) {
  if (from.dtype() == DType::string) {
    std::copy_n(from.data<std::string>(), from.num_elements(), to.mutable_data<std::string>() + at);
  } else if (from.dtype() == DType::variant || from.dtype() == DType::resource) {
    std::copy_n(from.data<Ref<Resource>>(), from.num_elements(),
                to.mutable_data<Ref<Resource>>() + at);
  } else if (from.num_elements() > 0) {
    auto* bytes = static_cast<std::byte*>(to.mutable_raw_data());
    std::memcpy(bytes + static_cast<std::size_t>(at) * dtype_size(from.dtype()), from.raw_data(),
                from.size_bytes());
  }
}

void resize_elements(const KernelContext& context, TensorList& list, std::int64_t size) {
  constexpr std::int64_t kMostElements = std::int64_t{1} << 27;
  if (size > kMostElements) {
    context.fail(ErrorCode::resource_exhausted,
                 "a list of " + std::to_string(size) + " tensors is too long");
  }
  list.elements.resize(static_cast<std::size_t>(size));
}

}  // namespace opscope::runtime
