// Shape functions of linear algebra and Einsum.
#include <algorithm>

#include "ops/bindings.h"
#include "ops/einsum_equation.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
// A batch of matrices: its leading dimensions and the last two.
struct Batch {
  Shape batch;
  std::int64_t rows;
  std::int64_t columns;

  [[nodiscard]] Shape with(std::initializer_list<std::int64_t> dims) const {
    Shape shape = batch;
    for (const std::int64_t size : dims) shape.append(size);
    return shape;
  }
};

// The input must have a known rank.
Batch read_batch(const Shape& shape) {
  const int rank = shape.rank();
  return {Shape(shape.dims().first(static_cast<std::size_t>(rank - 2))), shape[rank - 2],
          shape[rank - 1]};
}

Batch read_squares(ShapeContext& context, const Shape& shape) {
  Batch batch = read_batch(shape);
  if (batch.rows == kAnyDim) batch.rows = batch.columns;
  if (batch.columns == kAnyDim) batch.columns = batch.rows;
  if (batch.rows != batch.columns) {
    context.invalid("Dimensions must be equal, but are " + std::to_string(batch.rows) + " and " +
                    std::to_string(batch.columns));
  }
  return batch;
}

void square(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 2);
  if (!shape.has_rank()) return;
  const Batch batch = read_squares(context, shape);
  context.set_output(0, batch.with({batch.rows, batch.rows}));
}

void determinant(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 2);
  if (!shape.has_rank()) return;
  const Batch batch = read_squares(context, shape);
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, batch.batch);
}

void solve_with(ShapeContext& context, bool is_broadcast) {
  const Shape left = context.with_rank_at_least(0, 2);
  const Shape right = context.with_rank_at_least(1, 2);
  if (!left.has_rank() || !right.has_rank()) return;
  const Batch matrix = read_squares(context, left);
  const Batch rhs = read_batch(right);
  const Shape rows = merge_checked(context, Shape({matrix.rows}), Shape({rhs.rows}));
  Shape out = is_broadcast ? broadcast_checked(context, matrix.batch, rhs.batch)
                           : merge_checked(context, matrix.batch, rhs.batch);
  out.append(rows[0]);
  out.append(rhs.columns);
  context.set_output(0, out);
}
void solve(ShapeContext& context) { solve_with(context, false); }
void triangular_solve(ShapeContext& context) { solve_with(context, true); }

std::int64_t least_of(std::int64_t a, std::int64_t b) noexcept {
  return a == kAnyDim || b == kAnyDim ? kAnyDim : std::min(a, b);
}

void qr(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 2);
  if (!shape.has_rank()) return;
  const Batch batch = read_batch(shape);
  const std::int64_t width =
      context.attr_bool("full_matrices") ? batch.rows : least_of(batch.rows, batch.columns);
  context.set_output(0, batch.with({batch.rows, width}));
  context.set_output(1, batch.with({width, batch.columns}));
}

void svd(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 2);
  if (!shape.has_rank()) return;
  const Batch batch = read_batch(shape);
  const std::int64_t least = least_of(batch.rows, batch.columns);
  const bool full = context.attr_bool("full_matrices");
  context.set_output(0, batch.with({least}));
  if (!context.attr_bool("compute_uv")) {
    context.set_output(1, {0});
    context.set_output(2, {0});
    return;
  }
  context.set_output(1, batch.with({batch.rows, full ? batch.rows : least}));
  context.set_output(2, batch.with({batch.columns, full ? batch.columns : least}));
}

void symmetric_eigen(ShapeContext& context) {
  const Shape shape = context.with_rank_at_least(0, 2);
  if (!shape.has_rank()) return;
  const Batch batch = read_squares(context, shape);
  context.set_output(0, batch.with({batch.rows}));
  context.set_output(
      1, context.attr_bool("compute_v") ? batch.with({batch.rows, batch.rows}) : Shape({0}));
}

void einsum(ShapeContext& context) {
  std::vector<const Shape*> shapes;
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    if (!context.input(i).has_rank()) return;
    shapes.push_back(&context.input(i));
  }
  try {
    const EinsumEquation equation = read_einsum(context.attr_string("equation"), shapes);
    Shape out;
    for (const EinsumLabel label : equation.output) out.append(equation.sizes.at(label));
    context.set_output(0, out);
  } catch (const Error& error) {
    context.invalid(error.what());
  }
}

constexpr ShapeBinding kBindings[] = {
    {"Cholesky", square},
    {"MatrixInverse", square},
    {"MatrixDeterminant", determinant},
    {"LogMatrixDeterminant", determinant},
    {"MatrixSolve", solve},
    {"MatrixTriangularSolve", triangular_solve},
    {"Qr", qr},
    {"Svd", svd},
    {"SelfAdjointEigV2", symmetric_eigen},
    {"Einsum", einsum},
};
}  // namespace

ShapeBindings linear_algebra_shapes() { return kBindings; }

}  // namespace opscope::runtime
