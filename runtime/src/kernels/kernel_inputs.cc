#include "kernels/kernel_inputs.h"

#include <string>

#include "kernels/numeric.h"

namespace opscope::runtime {
namespace {
template <typename T>
void append(const TensorRep& tensor, IntList& out) {
  for (const T value : tensor.flat<T>()) out.push_back(static_cast<std::int64_t>(value));
}
}  // namespace

IntList read_ints(const KernelContext& context, std::size_t i) {
  const TensorRep& tensor = context.input(i);
  IntList values;
  switch (tensor.dtype()) {
    case DType::int32:
      append<std::int32_t>(tensor, values);
      break;
    case DType::int64:
      append<std::int64_t>(tensor, values);
      break;
    case DType::int16:
      append<std::int16_t>(tensor, values);
      break;
    case DType::int8:
      append<std::int8_t>(tensor, values);
      break;
    default:
      context.invalid("input #" + std::to_string(i) + " must be integers");
  }
  return values;
}

std::int64_t read_int(const KernelContext& context, std::size_t i) {
  const IntList values = read_ints(context, i);
  if (values.size() != 1) {
    context.invalid("input #" + std::to_string(i) + " must be a scalar, but has shape " +
                    context.input(i).shape().to_bracket_string());
  }
  return values[0];
}

Shape read_shape(const KernelContext& context, std::size_t i) {
  if (context.input(i).rank() != 1) {
    context.invalid("a shape must be a vector, but input #" + std::to_string(i) + " has shape " +
                    context.input(i).shape().to_bracket_string());
  }
  const IntList dims = read_ints(context, i);
  for (const std::int64_t size : dims) {
    if (size < 0) context.invalid("Dimension " + std::to_string(size) + " must be >= 0");
  }
  return Shape(dims.span());
}

int normalize_axis(const KernelContext& context, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    context.invalid("axis " + std::to_string(axis) + " is not in the range [" +
                    std::to_string(-rank) + ", " + std::to_string(rank) + ")");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

std::int64_t count_elements(const Shape& shape, int begin, int end) noexcept {
  std::int64_t count = 1;
  for (int axis = begin; axis < end; ++axis) count *= shape[axis];
  return count;
}

}  // namespace opscope::runtime
