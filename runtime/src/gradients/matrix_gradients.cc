// Products, diagonals and decompositions of matrices.
#include "gradients/einsum_gradient.h"
#include "gradients/raw_op.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

struct Transposed {
  bool a = false;
  bool b = false;
};

Tensor product(const Tensor& a, const Tensor& b, Transposed how) {
  const bool is_batched = a.shape().rank() != 2 || b.shape().rank() != 2;
  if (is_batched) return raw<"BatchMatMulV2">({a, b}, {{"adj_x", how.a}, {"adj_y", how.b}});
  return raw<"MatMul">({a, b}, {{"transpose_a", how.a}, {"transpose_b", how.b}});
}

Tensor by_left(const GradientCall& c, bool ta, bool tb) {
  return ta ? product(c.x(1), c.dy(), {tb, true}) : product(c.dy(), c.x(1), {false, !tb});
}
Tensor by_right(const GradientCall& c, bool ta, bool tb) {
  return tb ? product(c.dy(), c.x(0), {true, ta}) : product(c.x(0), c.dy(), {!ta, false});
}

void mat_mul(GradientCall& c) {
  const bool ta = c.attr_bool("transpose_a");
  const bool tb = c.attr_bool("transpose_b");
  c.give(0, [&] { return by_left(c, ta, tb); });
  c.give(1, [&] { return by_right(c, ta, tb); });
}

// Sums over the batch dimensions that x was repeated along.
Tensor sum_batches(const Tensor& gradient, const Tensor& x, const Tensor& y) {
  const Shape& to = x.shape();
  if (gradient.shape() == to && to.is_fully_defined()) return gradient;
  const auto batch = [](const Tensor& value) {
    const Tensor dims = shape_vector(value);
    const Tensor count = size(dims) - 2;
    return raw<"Slice">({dims, ints({0}), reshape(count, Shape{1})});
  };
  const std::vector<Tensor> axes = raw_all<"BroadcastGradientArgs">({batch(x), batch(y)});
  return reshape_like(sum_over(gradient, axes[0]), x);
}
void batch_mat_mul(GradientCall& c) {
  const bool ta = c.attr_bool("adj_x");
  const bool tb = c.attr_bool("adj_y");
  c.give(0, [&] { return sum_batches(by_left(c, ta, tb), c.x(0), c.x(1)); });
  c.give(1, [&] { return sum_batches(by_right(c, ta, tb), c.x(1), c.x(0)); });
}

void band_part(GradientCall& c) {
  c.give(0, [&] { return raw<"MatrixBandPart">({c.dy(), c.x(1), c.x(2)}); });
}
Tensor diagonal_of(const GradientCall& c, const Tensor& matrix, const Tensor& k) {
  return raw<"MatrixDiagPartV3">({matrix, k, zeros({}, matrix.dtype(), Loc{})},
                                 c.attrs_named({"align"}));
}
void matrix_diag(GradientCall& c) {
  c.give(0, [&] { return diagonal_of(c, c.dy(), c.x(1)); });
}
void matrix_diag_part(GradientCall& c) {
  c.give(0, [&] {
    return raw<"MatrixSetDiagV3">({zeros_like(c.x(0)), c.dy(), c.x(1)}, c.attrs_named({"align"}));
  });
}
void matrix_set_diag(GradientCall& c) {
  c.give(0, [&] {
    return raw<"MatrixSetDiagV3">({c.dy(), zeros_like(c.x(1)), c.x(2)}, c.attrs_named({"align"}));
  });
  c.give(1, [&] { return diagonal_of(c, c.dy(), c.x(2)); });
}
void diag(GradientCall& c) {
  c.give(0, [&] { return raw<"DiagPart">({c.dy()}); });
}
void diag_part(GradientCall& c) {
  c.give(0, [&] { return raw<"Diag">({c.dy()}); });
}

Tensor band(const Tensor& matrix, std::int64_t lower, std::int64_t upper) {
  return raw<"MatrixBandPart">({matrix, int_value(lower), int_value(upper)});
}
Tensor transposed(const Tensor& matrix) {
  const int rank = matrix.shape().rank();
  Axes order;
  for (int i = 0; i < rank - 2; ++i) order.push_back(i);
  order.push_back(rank - 1);
  order.push_back(rank - 2);
  return transpose(matrix, order);
}

// Differentiation of the Cholesky decomposition, by I. Murray: the lower triangle of L^T dL with
// half of its diagonal, between the inverses of L.
void cholesky(GradientCall& c) {
  c.give(0, [&] {
    (void)required_rank(c, c.y());
    const Tensor& l = c.y();
    const Tensor lower = band(product(l, c.dy(), {true, false}), -1, 0);
    const Tensor middle = lower - band(lower, 0, 0) * 0.5;
    const auto solve = [&](const Tensor& right) {
      return raw<"MatrixTriangularSolve">({l, right}, {{"lower", true}, {"adjoint", true}});
    };
    const Tensor half = solve(transposed(solve(transposed(middle))));
    return (half + transposed(half)) * 0.5;
  });
}

void matrix_inverse(GradientCall& c) {
  const bool is_adjoint = c.attr_bool("adjoint");
  c.give(0, [&] {
    const Tensor& inverse = c.y();
    return -product(inverse, product(c.dy(), inverse, {is_adjoint, !is_adjoint}),
                    {!is_adjoint, false});
  });
}
Tensor with_matrix_dims(const Tensor& x) { return expand_dims(expand_dims(x, -1), -1); }
void determinant(GradientCall& c) {
  c.give(0, [&] {
    const Tensor inverse = raw<"MatrixInverse">({c.x()}, {{"adjoint", true}});
    return with_matrix_dims(c.dy() * c.y()) * inverse;
  });
}
void log_determinant(GradientCall& c) {
  c.give(0, [&] {
    const Tensor inverse = raw<"MatrixInverse">({c.x()}, {{"adjoint", true}});
    return with_matrix_dims(c.dy(1)) * inverse;
  });
}

// The gradient by the matrix, from that by the right-hand side.
Tensor by_matrix(const GradientCall& c, const Tensor& by_rhs, bool is_adjoint) {
  return is_adjoint ? -product(c.y(), by_rhs, {false, true})
                    : -product(by_rhs, c.y(), {false, true});
}
void matrix_solve(GradientCall& c) {
  const bool is_adjoint = c.attr_bool("adjoint");
  const Tensor by_rhs = raw<"MatrixSolve">({c.x(0), c.dy()}, {{"adjoint", !is_adjoint}});
  c.give(0, [&] { return by_matrix(c, by_rhs, is_adjoint); });
  c.give(1, [&] { return by_rhs; });
}
void triangular_solve(GradientCall& c) {
  const bool is_adjoint = c.attr_bool("adjoint");
  const bool is_lower = c.attr_bool("lower");
  const Tensor by_rhs = raw<"MatrixTriangularSolve">(
      {c.x(0), c.dy()}, {{"lower", is_lower}, {"adjoint", !is_adjoint}});
  c.give(0, [&] {
    const Tensor whole = by_matrix(c, by_rhs, is_adjoint);
    const Tensor triangle = is_lower ? band(whole, -1, 0) : band(whole, 0, -1);
    return sum_batches(triangle, c.x(0), c.x(1));
  });
  c.give(1, [&] { return sum_batches(by_rhs, c.x(1), c.x(0)); });
}

void cross(GradientCall& c) {
  c.give(0, [&] { return raw<"Cross">({c.x(1), c.dy()}); });
  c.give(1, [&] { return raw<"Cross">({c.dy(), c.x(0)}); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"MatMul", mat_mul},
    {"BatchMatMul", batch_mat_mul},
    {"BatchMatMulV2", batch_mat_mul},
    {"BatchMatMulV3", batch_mat_mul},
    {"Einsum", einsum_gradient},
    {"MatrixBandPart", band_part},
    {"MatrixDiagV3", matrix_diag},
    {"MatrixDiagPartV3", matrix_diag_part},
    {"MatrixSetDiagV3", matrix_set_diag},
    {"Diag", diag},
    {"DiagPart", diag_part},
    {"Cholesky", cholesky},
    {"MatrixInverse", matrix_inverse},
    {"MatrixDeterminant", determinant},
    {"LogMatrixDeterminant", log_determinant},
    {"MatrixSolve", matrix_solve},
    {"MatrixTriangularSolve", triangular_solve},
    {"Cross", cross},
};

}  // namespace

GradientTable matrix_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
