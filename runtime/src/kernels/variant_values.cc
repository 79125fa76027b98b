#include "kernels/variant_values.h"

#include <array>
#include <string>
#include <vector>

#include "core/tensor_list.h"
#include "ops/op_registry.h"

namespace opscope::runtime {
namespace {

using Element = Ref<TensorRep>;

Element run_on(const char* op, std::span<const TensorRep* const> inputs) {
  Element result;
  run_op_eager(get_op(op), inputs, {}, {&result, 1});
  return result;
}

Element zeros_of(const Element& element) {
  if (!element) return nullptr;
  const std::array<const TensorRep*, 1> inputs = {element.get()};
  return run_on("ZerosLike", inputs);
}

// An element that was never set counts as zeros.
Element sum_of(const Element& a, const Element& b) {
  if (!a) return b;
  if (!b) return a;
  const std::array<const TensorRep*, 2> inputs = {a.get(), b.get()};
  return run_on("AddN", inputs);
}

std::vector<Element> zeros_of(const std::vector<Element>& elements) {
  std::vector<Element> result;
  for (const Element& element : elements) result.push_back(zeros_of(element));
  return result;
}

std::vector<Element> sums_of(const KernelContext& context, const std::vector<Element>& a,
                             const std::vector<Element>& b) {
  if (a.size() != b.size()) {
    context.invalid("Trying to add two lists of tensors of different lengths: " +
                    std::to_string(a.size()) + " and " + std::to_string(b.size()));
  }
  std::vector<Element> result;
  for (std::size_t i = 0; i < a.size(); ++i) result.push_back(sum_of(a[i], b[i]));
  return result;
}

const Resource* object_of(const TensorRep& tensor) {
  return tensor.num_elements() == 1 ? tensor.data<Ref<Resource>>()->get() : nullptr;
}

Ref<Resource> with_elements(const TensorList& like, std::vector<Element> elements) {
  auto list = Ref<TensorList>::adopt(new TensorList);
  list->element_dtype = like.element_dtype;
  list->element_shape = like.element_shape;
  list->max_elements = like.max_elements;
  list->elements = std::move(elements);
  return list;
}

Ref<Resource> with_values(std::vector<Element> values) {
  auto optional = Ref<OptionalValue>::adopt(new OptionalValue);
  optional->values = std::move(values);
  return optional;
}

}  // namespace

void variant_zeros_like(KernelContext& context) {
  const Resource* object = object_of(context.input(0));
  if (const auto* list = dynamic_cast<const TensorList*>(object)) {
    context.set_output(0,
                       make_handle(DType::variant, with_elements(*list, zeros_of(list->elements))));
  } else if (const auto* optional = dynamic_cast<const OptionalValue*>(object)) {
    context.set_output(0, make_handle(DType::variant, with_values(zeros_of(optional->values))));
  } else {
    context.invalid("the variant holds nothing that has zeros");
  }
}

void variant_add_n(KernelContext& context) {
  const Resource* first = object_of(context.input(0));
  const auto* list = dynamic_cast<const TensorList*>(first);
  const auto* optional = dynamic_cast<const OptionalValue*>(first);
  if (list == nullptr && optional == nullptr) context.invalid("the variant holds no sum");
  std::vector<Element> sum = list != nullptr ? list->elements : optional->values;
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const Resource* other = object_of(context.input(i));
    const auto* other_list = dynamic_cast<const TensorList*>(other);
    const auto* other_optional = dynamic_cast<const OptionalValue*>(other);
    const bool fits = list != nullptr ? other_list != nullptr : other_optional != nullptr;
    if (!fits) context.invalid("the variants hold different things");
    sum = sums_of(context, sum, list != nullptr ? other_list->elements : other_optional->values);
  }
  context.set_output(
      0, make_handle(DType::variant, list != nullptr ? with_elements(*list, std::move(sum))
                                                     : with_values(std::move(sum))));
}

}  // namespace opscope::runtime
