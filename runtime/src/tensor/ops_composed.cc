// Operations of tf.math and tf.linalg that TensorFlow composes of others, in its order.
#include <algorithm>
#include <numeric>
#include <string>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;
using runtime::refuse;
using runtime::tensor_of;

namespace {
int known_rank(const Tensor& x, const char* name, Loc loc) {
  if (!x.shape().has_rank()) refuse(std::string(name) + ": the rank must be known", loc);
  return x.shape().rank();
}

// Axes in [0, rank), each once.
std::vector<std::int64_t> normalized(const std::vector<std::int64_t>& axes, int rank, Loc loc) {
  std::vector<std::int64_t> result;
  for (const std::int64_t axis : axes) {
    if (axis < -rank || axis >= rank) {
      refuse("axis " + std::to_string(axis) + " is not in a Tensor of rank " + std::to_string(rank),
             loc);
    }
    const std::int64_t at = axis < 0 ? axis + rank : axis;
    if (std::find(result.begin(), result.end(), at) != result.end()) {
      refuse("axis " + std::to_string(axis) + " is given twice", loc);
    }
    result.push_back(at);
  }
  return result;
}
}  // namespace

Tensor accumulate_n(const std::vector<Tensor>& inputs, Loc loc) {
  if (inputs.empty()) refuse("accumulate_n: inputs must be a list of at least one Tensor", loc);
  return inputs.size() == 1 ? inputs[0] : add_n(inputs, loc);
}

Tensor polyval(const std::vector<Tensor>& coefficients, const Operand& x) {
  const NameScope scope("polyval");
  if (coefficients.empty()) return zeros_like(x);
  Tensor value = coefficients[0];
  for (std::size_t i = 1; i < coefficients.size(); ++i) {
    const Tensor product = runtime::binary(op<"Mul">(), "mul", Operand(value, x.loc()), x);
    value = runtime::binary(op<"AddV2">(), "add", Operand(coefficients[i], x.loc()),
                            Operand(product, x.loc()));
  }
  return value;
}

Tensor reduce_variance(const Operand& x, const ReduceOptions& options) {
  if (is_integer(x.dtype())) refuse("reduce_variance: the input must not be of integers", x.loc());
  const NameScope scope("reduce_variance");
  const Tensor mean = reduce_mean(x, {.axes = options.axes, .keep_dims = true});
  const Tensor difference = runtime::binary(op<"Sub">(), "sub", x, Operand(mean, x.loc()));
  return reduce_mean(Operand(square(Operand(difference, x.loc())), x.loc()), options);
}

Tensor reduce_std(const Operand& x, const ReduceOptions& options) {
  const NameScope scope("reduce_std");
  return sqrt(Operand(reduce_variance(x, options), x.loc()));
}

Tensor reduce_logsumexp(const Operand& x, const ReduceOptions& options) {
  const NameScope scope("ReduceLogSumExp");
  const Loc loc = x.loc();
  const Tensor largest = reduce_max(x, {.axes = options.axes, .keep_dims = true});
  const Tensor finite = where(Operand(is_finite(largest), loc), Operand(largest, loc), 0);
  Tensor offset = stop_gradient(finite);
  const Tensor shifted = exp(Operand(subtract(x, Operand(offset, loc)), loc));
  const Tensor result = log(Operand(reduce_sum(Operand(shifted, loc), options), loc));
  if (!options.keep_dims) {
    offset = result.shape().is_fully_defined() ? reshape(offset, result.shape())
                                               : reshape(offset, shape(result));
  }
  return add(Operand(result, loc), Operand(offset, loc));
}

Tensor reduce_euclidean_norm(const Operand& x, const ReduceOptions& options) {
  OpCall call(op<"EuclideanNorm">(), "EuclideanNorm", x.loc());
  call.add(x);
  if (options.keep_dims) call.attr("keep_dims", true);
  if (!options.axes) return call.add_all_axes().run();
  return call.add_constant(runtime::int32_vector(*options.axes), "reduction_indices").run();
}

Tensor count_nonzero(const Operand& x, const ReduceOptions& options, DType dtype) {
  const NameScope scope("count_nonzero");
  const Loc loc = x.loc();
  const Tensor is_counted = x.dtype() == DType::boolean  ? tensor_of(x)
                            : x.dtype() == DType::string ? not_equal(x, Operand("", loc))
                                                         : not_equal(x, Operand(0, loc));
  const Tensor ones = cast(Operand(is_counted, loc), DType::int64);
  const Tensor total = reduce_sum(Operand(ones, loc), options);
  return dtype == DType::int64 ? total : cast(Operand(total, loc), dtype);
}

Tensor norm(const Operand& x, Norm order, const ReduceOptions& options) {
  const Loc loc = x.loc();
  const std::size_t axes = options.axes ? options.axes->size() : 1;
  if (axes != 1 && axes != 2) refuse("norm: give no axis, one, or the two of matrices", loc);
  if (axes == 2 && (*options.axes)[0] == (*options.axes)[1])
    refuse("norm: the axes are equal", loc);
  const NameScope scope("norm");
  const ReduceOptions kept = {.axes = options.axes, .keep_dims = true};
  const auto over = [&](std::size_t i) {
    return axes == 2 ? ReduceOptions{.axes = Axes{(*options.axes)[i]}, .keep_dims = true} : kept;
  };
  Tensor result;
  if (order == Norm::euclidean) {
    result = sqrt(Operand(reduce_sum(Operand(multiply(x, x), loc), kept), loc));
  } else {
    result = abs(x);
    if (order == Norm::one) {
      result = reduce_sum(Operand(result, loc), over(0));
      if (axes == 2) result = reduce_max(Operand(result, loc), over(1));
    } else {
      if (axes == 2) result = reduce_sum(Operand(result, loc), over(1));
      result = reduce_max(Operand(result, loc), over(0));
    }
  }
  if (options.keep_dims) return result;
  return squeeze(Operand(result, loc), options.axes.value_or(Axes{}));
}

namespace {
// One side of tensordot as a matrix: summed dimensions last, or first if `flipped`.
struct Half {
  Tensor matrix;
  Shape free_dims;
  Tensor free_sizes;  // of dimensions that are not known while tracing; else without a value
};

Half fold(const Tensor& x, const std::vector<std::int64_t>& axes, bool flipped, Loc loc) {
  const Shape& known = x.shape();
  Axes free;
  for (int d = 0; d < known.rank(); ++d) {
    if (std::find(axes.begin(), axes.end(), d) == axes.end()) free.push_back(d);
  }
  Half side;
  std::int64_t summed = 1;
  for (const std::int64_t axis : axes) {
    const std::int64_t size = known[static_cast<int>(axis)];
    summed = summed == kAnyDim || size == kAnyDim ? kAnyDim : summed * size;
  }
  std::int64_t rows = 1;
  for (const std::int64_t axis : free) {
    const std::int64_t size = known[static_cast<int>(axis)];
    side.free_dims.append(size);
    rows = rows == kAnyDim || size == kAnyDim ? kAnyDim : rows * size;
  }
  Axes order = flipped ? axes : free;
  const Axes& rest = flipped ? free : axes;
  order.insert(order.end(), rest.begin(), rest.end());
  const Tensor moved =
      std::is_sorted(order.begin(), order.end()) ? x : transpose(Operand(x, loc), order);
  if (rows != kAnyDim && summed != kAnyDim) {
    side.matrix = reshape(Operand(moved, loc), flipped ? Shape{summed, rows} : Shape{rows, summed});
    return side;
  }
  const Tensor sizes = shape(Operand(x, loc));
  const auto picked = [&](const Axes& which) {
    const Tensor indices(runtime::int32_vector(which).leak());
    return gather(Operand(sizes, loc), Operand(indices, loc));
  };
  side.free_sizes = picked(free);
  const Tensor free_count = reduce_prod(Operand(side.free_sizes, loc));
  const Tensor summed_count = reduce_prod(Operand(picked(axes), loc));
  const std::vector<Tensor> both = flipped ? std::vector<Tensor>{summed_count, free_count}
                                           : std::vector<Tensor>{free_count, summed_count};
  side.matrix = reshape(Operand(moved, loc), stack(both, 0, loc));
  return side;
}
}  // namespace

Tensor tensordot(const Operand& a, const Operand& b, std::int64_t axes) {
  const int rank_a = known_rank(tensor_of(a), "tensordot", a.loc());
  const int rank_b = known_rank(tensor_of(b), "tensordot", a.loc());
  if (axes < 0 || axes > rank_a || axes > rank_b) {
    refuse("tensordot: `axes` must be from 0 to the smaller rank, but is " + std::to_string(axes),
           a.loc());
  }
  Axes a_axes(static_cast<std::size_t>(axes));
  Axes b_axes(static_cast<std::size_t>(axes));
  std::iota(a_axes.begin(), a_axes.end(), rank_a - axes);
  std::iota(b_axes.begin(), b_axes.end(), 0);
  return tensordot(a, b, a_axes, b_axes);
}

Tensor tensordot(const Operand& a, const Operand& b, const std::vector<std::int64_t>& a_axes,
                 const std::vector<std::int64_t>& b_axes) {
  const Loc loc = a.loc();
  if (a_axes.size() != b_axes.size()) {
    refuse("tensordot: " + std::to_string(a_axes.size()) + " axes of a and " +
               std::to_string(b_axes.size()) + " of b",
           loc);
  }
  const NameScope scope("Tensordot");
  const Tensor left = tensor_of(a);
  const Tensor right = tensor_of(b);
  const int rank_a = known_rank(left, "tensordot", loc);
  const int rank_b = known_rank(right, "tensordot", loc);
  const Half rows = fold(left, normalized(a_axes, rank_a, loc), false, loc);
  const Half columns = fold(right, normalized(b_axes, rank_b, loc), true, loc);
  const Tensor product = matmul(Operand(rows.matrix, loc), Operand(columns.matrix, loc));
  if (rows.free_dims.is_fully_defined() && columns.free_dims.is_fully_defined()) {
    Shape result = rows.free_dims;
    for (const std::int64_t size : columns.free_dims.dims()) result.append(size);
    return reshape(Operand(product, loc), result);
  }
  const auto sizes = [](const Half& side) {
    return side.free_sizes.has_value()
               ? side.free_sizes
               : Tensor(runtime::int32_vector(side.free_dims.dims()).leak());
  };
  return reshape(Operand(product, loc), concat({sizes(rows), sizes(columns)}, 0, loc));
}

namespace linalg {

Tensor trace(const Operand& x) {
  const NameScope scope("Trace");
  const Tensor matrix = tensor_of(x);
  const Shape& known = matrix.shape();
  const int rank = known.rank();
  if (rank < 2 || known[rank - 1] == kAnyDim || known[rank - 2] == kAnyDim) {
    refuse("trace: the last two dimensions must be known, but the shape is " + known.to_string(),
           x.loc());
  }
  // The diagonal is every (columns + 1)-th element of a matrix laid out in a row.
  const std::int64_t columns = known[rank - 1];
  Axes places;
  for (std::int64_t i = 0; i < std::min(columns, known[rank - 2]); ++i) {
    places.push_back(i * (columns + 1));
  }
  std::vector<std::int64_t> flat(known.dims().begin(), known.dims().end() - 2);
  Tensor rows;
  if (std::count(flat.begin(), flat.end(), kAnyDim) > 1) {
    const Tensor sizes = shape(Operand(matrix, x.loc()));
    const Tensor outer = slice(Operand(sizes, x.loc()), {0}, {rank - 2});
    const Tensor last = Tensor(runtime::int32_vector(Axes{columns * known[rank - 2]}).leak());
    rows = reshape(Operand(matrix, x.loc()), concat({outer, last}, 0, x.loc()));
  } else {
    flat.push_back(columns * known[rank - 2]);
    rows = reshape(Operand(matrix, x.loc()), Shape(flat));
  }
  const Tensor indices(runtime::int32_vector(places).leak());
  const Tensor diagonal = gather(Operand(rows, x.loc()), Operand(indices, x.loc()), rank - 2);
  return reduce_sum(Operand(diagonal, x.loc()), {.axes = Axes{-1}});
}

Tensor matrix_transpose(const Operand& x) {
  const Tensor matrix = tensor_of(x);
  const int rank = known_rank(matrix, "matrix_transpose", x.loc());
  if (rank < 2) refuse("matrix_transpose: a matrix has at least two dimensions", x.loc());
  Axes order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  std::iter_swap(order.end() - 1, order.end() - 2);
  return transpose(Operand(matrix, x.loc()), order);
}

Tensor matvec(const Operand& a, const Operand& b, bool transpose_a) {
  const NameScope scope("MatVec");
  const Tensor column = expand_dims(b, -1);
  const Tensor product = matmul(a, Operand(column, b.loc()), {.transpose_a = transpose_a});
  return squeeze(Operand(product, b.loc()), {-1});
}

}  // namespace linalg
}  // namespace opscope
