// Shape functions of ops on diagonals.
#include <algorithm>
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
struct Range {
  std::int64_t lower = 0;
  std::int64_t upper = 0;
};

// The diagonals that input i names; nullopt if they are not known.
std::optional<Range> read_range(ShapeContext& context, std::size_t i) {
  const Shape& shape = context.input(i);
  if (shape.has_rank() && shape.rank() > 1) context.invalid("k must be a scalar or a vector");
  const auto values = context.input_as_ints(i);
  if (!values) return std::nullopt;
  if (values->empty() || values->size() > 2) {
    context.invalid("diag_index must be a vector with one or two elements. It has " +
                    std::to_string(values->size()));
  }
  if (values->front() > values->back()) {
    context.invalid("lower_diag_index is greater than upper_diag_index");
  }
  return Range{values->front(), values->back()};
}

void require_scalar(ShapeContext& context, std::size_t i) {
  static_cast<void>(context.with_rank(i, 0));
}

std::int64_t known_scalar(ShapeContext& context, std::size_t i) {
  const auto values = context.input_as_ints(i);
  return values && values->size() == 1 ? values->front() : kAnyDim;
}

// The length of the longest diagonal in the range, and checks of the range.
std::int64_t longest(ShapeContext& context, const Range& range, std::int64_t rows,
                     std::int64_t columns) {
  if (rows == kAnyDim || columns == kAnyDim) return kAnyDim;
  for (const std::int64_t d : {range.lower, range.upper}) {
    if (d != 0 && (d <= -rows || d >= columns)) context.invalid("diag_index is out of bound");
  }
  return std::min(rows + std::min<std::int64_t>(range.upper, 0),
                  columns - std::max<std::int64_t>(range.lower, 0));
}

struct Extents {
  std::int64_t rows;
  std::int64_t columns;
};

// The size of matrices whose longest diagonal in the range has this length.
Extents matrix_size(ShapeContext& context, const Range& range, std::int64_t length) {
  Extents size{known_scalar(context, 2), known_scalar(context, 3)};
  if (size.rows < 0) size.rows = kAnyDim;
  if (size.columns < 0) size.columns = kAnyDim;
  if (length == kAnyDim) return size;
  const std::int64_t rows = length - std::min<std::int64_t>(range.upper, 0);
  const std::int64_t columns = length + std::max<std::int64_t>(range.lower, 0);
  if (size.rows == kAnyDim && size.columns == kAnyDim) {
    return {std::max(rows, columns), std::max(rows, columns)};
  }
  if (size.rows == kAnyDim) size.rows = rows;
  if (size.columns == kAnyDim) size.columns = columns;
  if (size.rows < rows) context.invalid("num_rows is too small");
  if (size.columns < columns) context.invalid("num_cols is too small");
  if (size.rows != rows && size.columns != columns) {
    context.invalid(
        "num_rows and num_cols are not consistent with lower_diag_index, "
        "upper_diag_index, and the length of the given diagonals.");
  }
  return size;
}

void matrix_diag(ShapeContext& context) {
  const Shape packed = context.with_rank_at_least(0, 1);
  for (const std::size_t i : {2u, 3u, 4u}) require_scalar(context, i);
  const auto range = read_range(context, 1);
  if (!range || !packed.has_rank()) return;
  const int rank = packed.rank();
  const bool is_many = range->lower < range->upper;
  if (is_many) {
    if (rank < 2) context.invalid("diagonal must be at least 2-dim");
    const std::int64_t count = packed[rank - 2];
    if (count != kAnyDim && count != range->upper - range->lower + 1) {
      context.invalid(
          "The number of rows of `diagonal` doesn't match the number of diagonals "
          "implied from `d_lower` and `d_upper`");
    }
  }
  const Extents size = matrix_size(context, *range, packed[rank - 1]);
  Shape out = packed;
  out.remove(rank - 1);
  if (is_many) out.remove(rank - 2);
  out.append(size.rows);
  out.append(size.columns);
  context.set_output(0, out);
}

Shape packed_shape(ShapeContext& context, const Range& range, const Shape& matrices) {
  const int rank = matrices.rank();
  Shape out(matrices.dims().first(static_cast<std::size_t>(rank - 2)));
  if (range.lower < range.upper) out.append(range.upper - range.lower + 1);
  out.append(longest(context, range, matrices[rank - 2], matrices[rank - 1]));
  return out;
}

void matrix_diag_part(ShapeContext& context) {
  const Shape in = context.with_rank_at_least(0, 2);
  require_scalar(context, 2);
  const auto range = read_range(context, 1);
  if (!range || !in.has_rank()) return;
  context.set_output(0, packed_shape(context, *range, in));
}

void matrix_set_diag(ShapeContext& context) {
  const Shape in = context.with_rank_at_least(0, 2);
  const Shape packed = context.with_rank_at_least(1, 1);
  const auto range = read_range(context, 2);
  if (range && in.has_rank()) {
    Shape out = in;
    const Shape expected = packed_shape(context, *range, in);
    if (packed.has_rank()) {
      const Shape merged = merge_checked(context, expected, packed);
      for (int d = 0; d + 2 < in.rank(); ++d) out.set_dim(d, merged[d]);
    }
    context.set_output(0, out);
  } else if (range && packed.has_rank()) {
    const int inner = range->lower < range->upper ? 2 : 1;
    if (packed.rank() < inner) context.invalid("diagonal must be at least 2-dim");
    Shape out(packed.dims().first(static_cast<std::size_t>(packed.rank() - inner)));
    for (int d = 0; d < 2; ++d) out.append(kAnyDim);
    context.set_output(0, out);
  } else {
    context.set_output(0, in);
  }
}

void diag(ShapeContext& context) {
  const Shape in = context.with_rank_at_least(0, 1);
  if (!in.has_rank()) return;
  Shape out = in;
  for (const std::int64_t size : in.dims()) out.append(size);
  context.set_output(0, out);
}

void diag_part(ShapeContext& context) {
  const Shape& in = context.input(0);
  if (!in.has_rank()) return;
  if (in.rank() == 0 || in.rank() % 2 != 0) {
    context.invalid("Input must have even and non-zero rank, input rank is " +
                    std::to_string(in.rank()));
  }
  const auto half_rank = static_cast<std::size_t>(in.rank() / 2);
  context.set_output(0, merge_checked(context, Shape(in.dims().first(half_rank)),
                                      Shape(in.dims().last(half_rank))));
}

constexpr ShapeBinding kBindings[] = {
    {"MatrixDiagV3", matrix_diag},
    {"MatrixDiagPartV3", matrix_diag_part},
    {"MatrixSetDiagV3", matrix_set_diag},
    {"Diag", diag},
    {"DiagPart", diag_part},
};
}  // namespace

ShapeBindings diagonal_shapes() { return kBindings; }

}  // namespace opscope::runtime
