// Pieces that several shape functions share.
#pragma once

#include <cstdint>

#include "ops/shape_context.h"

namespace opscope::runtime {

// Output 0 has the shape of input 0.
void unchanged_shape(ShapeContext& context);
// Every output is a scalar.
void scalar_shape(ShapeContext& context);
// Nothing to infer: no outputs, or outputs of unknown shape.
void no_shape(ShapeContext& context);
// Output 0 has the shapes of inputs 0 and 1, which must agree.
void merged_shape(ShapeContext& context);

// As Shape::merge_with and broadcast_shapes, failing with the op's name.
[[nodiscard]] Shape merge_checked(ShapeContext& context, const Shape& a, const Shape& b);
[[nodiscard]] Shape broadcast_checked(ShapeContext& context, const Shape& a, const Shape& b);

// A sum of dimension sizes; kAnyDim if either is not known.
[[nodiscard]] std::int64_t add_dims(std::int64_t a, std::int64_t b) noexcept;
// The element count as far as it is known: a dimension of 0 is enough. Else kAnyDim.
[[nodiscard]] std::int64_t known_elements(const Shape& shape);
// An axis in [-rank, rank) as one in [0, rank).
[[nodiscard]] int shape_axis(ShapeContext& context, std::int64_t axis, int rank);

}  // namespace opscope::runtime
