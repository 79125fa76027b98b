#include "ops/shape_util.h"

#include <algorithm>
#include <string>

namespace opscope::runtime {

void unchanged_shape(ShapeContext& context) { context.set_output(0, context.input(0)); }

void scalar_shape(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, Shape());
}

void no_shape(ShapeContext&) {}

void merged_shape(ShapeContext& context) {
  context.set_output(0, merge_checked(context, context.input(0), context.input(1)));
}

Shape merge_checked(ShapeContext& context, const Shape& a, const Shape& b) {
  if (!a.is_compatible_with(b)) {
    context.invalid("Shapes must be equal, but are " + a.to_bracket_string() + " and " +
                    b.to_bracket_string());
  }
  return a.merge_with(b);
}

Shape broadcast_checked(ShapeContext& context, const Shape& a, const Shape& b) {
  try {
    return broadcast_shapes(a, b);
  } catch (const Error& error) {
    context.invalid(error.what());
  }
}

std::int64_t add_dims(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (a == kAnyDim || b == kAnyDim || __builtin_add_overflow(a, b, &sum)) return kAnyDim;
  return sum;
}

std::int64_t known_elements(const Shape& shape) {
  const auto dims = shape.dims();
  return std::find(dims.begin(), dims.end(), 0) != dims.end() ? 0 : shape.num_elements();
}

int shape_axis(ShapeContext& context, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    context.invalid("axis " + std::to_string(axis) + " is not in the range [" +
                    std::to_string(-rank) + ", " + std::to_string(rank) + ")");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace opscope::runtime
