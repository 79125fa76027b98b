// Diagonals of matrices and of tensors: MatrixBandPart, MatrixDiagV3, MatrixDiagPartV3,
// MatrixSetDiagV3, Diag, DiagPart.
#include <algorithm>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/storage.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// A range of diagonals of matrices of one size, and how they lie in the rows of a packed tensor:
// one row for each, the highest first, as long as the longest.
struct Diagonals {
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t width = 0;
  bool above_left = false;  // diagonals above the main one begin at the left of their row
  bool below_left = false;

  [[nodiscard]] std::int64_t count() const noexcept { return upper - lower + 1; }
  [[nodiscard]] std::int64_t length(std::int64_t d) const noexcept {
    return std::max<std::int64_t>(
        0, std::min(rows + std::min<std::int64_t>(d, 0), columns - std::max<std::int64_t>(d, 0)));
  }
  // Where diagonal d begins in its row.
  [[nodiscard]] std::int64_t start(std::int64_t d) const noexcept {
    const bool is_left = (d >= 0 && above_left) || (d <= 0 && below_left);
    return is_left ? 0 : width - length(d);
  }
  // body(packed, place) for each element: its places in the packed rows and in the matrix.
  template <typename Body>
  void each(Body&& body) const {
    for (std::int64_t d = upper; d >= lower; --d) {
      const std::int64_t packed = (upper - d) * width + start(d);
      const std::int64_t row = std::max<std::int64_t>(0, -d);
      const std::int64_t column = std::max<std::int64_t>(0, d);
      for (std::int64_t i = 0; i < length(d); ++i) {
        body(packed + i, (row + i) * columns + column + i);
      }
    }
  }
};

Diagonals read_range(const KernelContext& context, std::size_t i) {
  const TensorRep& k = context.input(i);
  context.require(k.rank() <= 1, "diag_index must be a scalar or vector");
  if (k.num_elements() != 1 && k.num_elements() != 2) {
    context.invalid("diag_index must have only one or two elements, received " +
                    std::to_string(k.num_elements()));
  }
  const IntList values = read_ints(context, i);
  Diagonals range;
  range.lower = values[0];
  range.upper = values[values.size() - 1];
  if (range.lower > range.upper) {
    context.invalid("lower_diag_index must not be larger than upper_diag_index: " +
                    std::to_string(range.lower) + " > " + std::to_string(range.upper));
  }
  const std::string_view align = context.attr_string("align");
  range.above_left = align.starts_with("LEFT");
  range.below_left = align.ends_with("LEFT");
  return range;
}

// The range of input i for the matrices of input 0.
Diagonals range_of_matrices(const KernelContext& context, std::size_t i) {
  const Shape& shape = context.input(0).shape();
  if (shape.rank() < 2) {
    context.invalid("input must be at least 2-dim, received shape: " + shape.to_bracket_string());
  }
  Diagonals range = read_range(context, i);
  range.rows = shape[shape.rank() - 2];
  range.columns = shape[shape.rank() - 1];
  const auto is_inside = [&](std::int64_t d) {
    return (-range.rows < d && d < range.columns) || d == 0;
  };
  if (!is_inside(range.lower) || !is_inside(range.upper)) {
    context.invalid("diagonal indexes " + std::to_string(range.lower) + " to " +
                    std::to_string(range.upper) + " are out of bound for matrices of " +
                    std::to_string(range.rows) + " by " + std::to_string(range.columns));
  }
  range.width = std::min(range.rows + std::min<std::int64_t>(range.upper, 0),
                         range.columns - std::max<std::int64_t>(range.lower, 0));
  return range;
}

Shape leading(const Shape& shape, int dropped) {
  return Shape(shape.dims().first(static_cast<std::size_t>(shape.rank() - dropped)));
}

// The shape of the packed diagonals of matrices in batches of this shape.
Shape packed_shape(Shape shape, const Diagonals& range) {
  if (range.count() > 1) shape.append(range.count());
  shape.append(range.width);
  return shape;
}

// The number of rows or columns that input i asks for; -1: as many as are needed.
std::int64_t read_extent(const KernelContext& context, std::size_t i, std::int64_t needed,
                         const char* message) {
  context.require(context.input(i).rank() == 0, "num_rows and num_cols must be scalars");
  const std::int64_t extent = read_int(context, i);
  context.require(extent == -1 || extent >= needed, message);
  return extent;
}

void complete_extents(const KernelContext& context, Diagonals& range) {
  const std::int64_t rows = range.width - std::min<std::int64_t>(range.upper, 0);
  const std::int64_t columns = range.width + std::max<std::int64_t>(range.lower, 0);
  range.rows = read_extent(context, 2, rows, "The number of rows is too small.");
  range.columns = read_extent(context, 3, columns, "The number of columns is too small.");
  if (range.rows == -1 && range.columns == -1) {
    range.rows = range.columns = std::max(rows, columns);
  } else if (range.rows == -1) {
    range.rows = rows;
  } else if (range.columns == -1) {
    range.columns = columns;
  }
  context.require(range.rows == rows || range.columns == columns,
                  "The number of rows or columns is not consistent with the specified d_lower, "
                  "d_upper, and diagonal.");
}

void matrix_diag(KernelContext& context) {
  const TensorRep& packed = context.input(0);
  const int rank = packed.rank();
  context.require(rank >= 1, "diagonal must be at least 1-dim");
  context.require(context.input(4).rank() == 0, "padding_value must be a scalar");
  Diagonals range = read_range(context, 1);
  const bool is_many = range.count() > 1;
  if (is_many && (rank < 2 || packed.shape()[rank - 2] != range.count())) {
    context.invalid(
        "The number of diagonals provided in the input does not match the lower_diag_index and "
        "upper_diag_index range.");
  }
  range.width = packed.shape()[rank - 1];
  complete_extents(context, range);
  Shape shape = leading(packed.shape(), is_many ? 2 : 1);
  const std::int64_t batches = count_elements(shape, 0, shape.rank());
  shape.append(range.rows);
  shape.append(range.columns);
  TensorRep& out = context.allocate_output(0, packed.dtype(), shape);
  if (out.num_elements() == 0) return;
  with_storage(packed.dtype(), [&]<typename E>() {
    std::fill_n(out.mutable_data<E>(), out.num_elements(), *context.input(4).data<E>());
    for (std::int64_t b = 0; b < batches; ++b) {
      const E* from = packed.data<E>() + b * range.count() * range.width;
      E* to = out.mutable_data<E>() + b * range.rows * range.columns;
      range.each([&](std::int64_t at, std::int64_t place) { to[place] = from[at]; });
    }
  });
}

void matrix_diag_part(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Diagonals range = range_of_matrices(context, 1);
  context.require(context.input(2).rank() == 0, "padding_value must be a scalar");
  const Shape batch = leading(in.shape(), 2);
  TensorRep& out = context.allocate_output(0, in.dtype(), packed_shape(batch, range));
  if (out.num_elements() == 0) return;
  const std::int64_t batches = count_elements(batch, 0, batch.rank());
  with_storage(in.dtype(), [&]<typename E>() {
    std::fill_n(out.mutable_data<E>(), out.num_elements(), *context.input(2).data<E>());
    for (std::int64_t b = 0; b < batches; ++b) {
      const E* from = in.data<E>() + b * range.rows * range.columns;
      E* to = out.mutable_data<E>() + b * range.count() * range.width;
      range.each([&](std::int64_t at, std::int64_t place) { to[at] = from[place]; });
    }
  });
}

void matrix_set_diag(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const TensorRep& packed = context.input(1);
  const Diagonals range = range_of_matrices(context, 2);
  const Shape batch = leading(in.shape(), 2);
  const Shape expected = packed_shape(batch, range);
  if (packed.shape() != expected) {
    context.invalid(
        "Either first dimensions of diagonal don't match input.shape[:-2], or "
        "diagonal.shape[:-1] is not equal to the longests diagonal in range: expected " +
        expected.to_bracket_string());
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), in.shape());
  if (out.num_elements() == 0) return;
  const std::int64_t batches = count_elements(batch, 0, batch.rank());
  with_storage(in.dtype(), [&]<typename E>() {
    std::copy_n(in.data<E>(), in.num_elements(), out.mutable_data<E>());
    for (std::int64_t b = 0; b < batches; ++b) {
      const E* from = packed.data<E>() + b * range.count() * range.width;
      E* to = out.mutable_data<E>() + b * range.rows * range.columns;
      range.each([&](std::int64_t at, std::int64_t place) { to[place] = from[at]; });
    }
  });
}

// How many diagonals input i keeps: all if it is negative, else at most `limit`.
std::int64_t read_band(const KernelContext& context, std::size_t i, std::int64_t limit) {
  context.require(context.input(i).rank() == 0, "num_lower and num_upper must be scalars");
  const std::int64_t band = read_int(context, i);
  if (band > limit) {
    context.invalid("num_lower and num_upper must be negative or at most the size of the matrix " +
                    std::to_string(limit) + ", got " + std::to_string(band));
  }
  return band < 0 ? limit : band;
}

void matrix_band_part(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const int rank = in.rank();
  context.require(rank >= 2, "input must be at least 2-dim");
  const std::int64_t rows = in.shape()[rank - 2];
  const std::int64_t columns = in.shape()[rank - 1];
  const std::int64_t lower = read_band(context, 1, rows);
  const std::int64_t upper = read_band(context, 2, columns);
  // All bytes of a number's zero are zero; other types have no bands.
  context.require(dtype_size(in.dtype()) != 0, "input must hold numbers");
  Ref<TensorRep> out = TensorRep::make_zeros(in.dtype(), in.shape());
  const std::int64_t all_rows = columns > 0 ? in.num_elements() / columns : 0;
  with_storage(in.dtype(), [&]<typename E>() {
    for (std::int64_t r = 0; r < all_rows; ++r) {
      const std::int64_t row = r % rows;
      const std::int64_t begin = std::clamp<std::int64_t>(row - lower, 0, columns);
      const std::int64_t end = std::clamp<std::int64_t>(row + upper + 1, begin, columns);
      std::copy_n(in.data<E>() + r * columns + begin, end - begin,
                  out->mutable_data<E>() + r * columns + begin);
    }
  });
  context.set_output(0, std::move(out));
}

void diag(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() >= 1, "Input must be at least rank 1, got 0");
  Shape shape = in.shape();
  for (const std::int64_t size : in.shape().dims()) shape.append(size);
  Ref<TensorRep> out = TensorRep::make_zeros(in.dtype(), shape);
  const std::int64_t count = in.num_elements();
  with_storage(in.dtype(), [&]<typename E>() {
    for (std::int64_t i = 0; i < count; ++i) {
      out->mutable_data<E>()[i * (count + 1)] = in.data<E>()[i];
    }
  });
  context.set_output(0, std::move(out));
}

void diag_part(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const int half_rank = in.rank() / 2;
  context.require(in.rank() % 2 == 0, "The rank of the tensor should be even");
  for (int d = 0; d < half_rank; ++d) {
    if (in.shape()[d] == in.shape()[d + half_rank]) continue;
    context.invalid("Invalid shape " + in.shape().to_bracket_string() + ": dimensions " +
                    std::to_string(d) + " and " + std::to_string(d + half_rank) + " do not match.");
  }
  TensorRep& out = context.allocate_output(0, in.dtype(), leading(in.shape(), half_rank));
  const std::int64_t count = out.num_elements();
  with_storage(in.dtype(), [&]<typename E>() {
    for (std::int64_t i = 0; i < count; ++i) {
      out.mutable_data<E>()[i] = in.data<E>()[i * (count + 1)];
    }
  });
}

constexpr KernelBinding kBindings[] = {
    {"MatrixBandPart", always<matrix_band_part>},
    {"MatrixDiagV3", always<matrix_diag>},
    {"MatrixDiagPartV3", always<matrix_diag_part>},
    {"MatrixSetDiagV3", always<matrix_set_diag>},
    {"Diag", always<diag>},
    {"DiagPart", always<diag_part>},
};
}  // namespace

KernelBindings diagonal_kernels() { return kBindings; }

}  // namespace opscope::runtime
