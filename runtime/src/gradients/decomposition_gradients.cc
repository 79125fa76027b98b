// Decompositions of matrices: QR, singular values, eigenvalues. The formulas are those of
// S. F. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions", and
// M. Giles, "An extended collection of matrix derivative results", as TensorFlow applies them.
#include <string>

#include "gradients/raw_op.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
Tensor product(const Tensor& a, const Tensor& b) { return raw<"BatchMatMulV2">({a, b}); }
// The transpose of a by b.
Tensor product_tn(const Tensor& a, const Tensor& b) {
  return raw<"BatchMatMulV2">({a, b}, {{"adj_x", true}});
}
// a by the transpose of b.
Tensor product_nt(const Tensor& a, const Tensor& b) {
  return raw<"BatchMatMulV2">({a, b}, {{"adj_y", true}});
}

Tensor transposed(const Tensor& matrix) {
  Axes order;
  for (int i = 0; i < matrix.shape().rank(); ++i) order.push_back(i);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return transpose(matrix, order);
}

Tensor lower_triangle(const Tensor& matrix) {
  return raw<"MatrixBandPart">({matrix, int_value(-1), int_value(0)});
}
Tensor diagonal_matrix(const Tensor& values) {
  return raw<"MatrixDiagV3">(
      {values, int_value(0), int_value(-1), int_value(-1), zeros({}, values.dtype(), Loc{})});
}
Tensor with_diagonal(const Tensor& matrix, const Tensor& values) {
  return raw<"MatrixSetDiagV3">({matrix, values, int_value(0)});
}

// Columns [begin, begin + count) of matrices; a count of -1: all the rest.
Tensor columns(const Tensor& matrix, std::int64_t begin, std::int64_t count) {
  const auto rank = static_cast<std::size_t>(matrix.shape().rank());
  std::vector<std::int64_t> begins(rank, 0);
  std::vector<std::int64_t> sizes(rank, -1);
  begins.back() = begin;
  sizes.back() = count;
  return slice(matrix, begins, sizes);
}

// Nearly 1 / x, but 0 where x is.
Tensor safe_reciprocal(const Tensor& x) { return x / (square(x) + 1e-20); }

// 1 / (x_j - x_i) in row i and column j, 0 on the diagonal.
Tensor inverse_differences(const Tensor& x) {
  return with_diagonal(safe_reciprocal(expand_dims(x, -2) - expand_dims(x, -1)), zeros_like(x));
}

struct MatrixSize {
  std::int64_t rows;
  std::int64_t columns;
};
MatrixSize required_size(const GradientCall& c, const Tensor& matrix) {
  const Shape& shape = matrix.shape();
  if (!shape.has_rank() || shape[-1 + shape.rank()] == kAnyDim ||
      shape[-2 + shape.rank()] == kAnyDim) {
    throw Error(ErrorCode::unimplemented, "the gradient of " + std::string(c.spec->name) +
                                              " needs matrices of a known size, not " +
                                              shape.to_string());
  }
  return {shape[shape.rank() - 2], shape[shape.rank() - 1]};
}

// x by the inverse of the transpose of the upper triangle r.
Tensor divide_by_triangle(const Tensor& x, const Tensor& r) {
  return transposed(
      raw<"MatrixTriangularSolve">({r, transposed(x)}, {{"lower", false}, {"adjoint", false}}));
}

// Of a matrix with at least as many rows as columns.
Tensor deep_qr(const Tensor& q, const Tensor& r, const Tensor& dq, const Tensor& dr) {
  const Tensor qdq = product_tn(q, dq);
  const Tensor rdr = product_nt(r, dr);
  const Tensor skew = qdq - transposed(qdq) + rdr - transposed(rdr);
  return product(q, dr + divide_by_triangle(lower_triangle(skew), r)) +
         divide_by_triangle(dq - product(q, qdq), r);
}

void qr(GradientCall& c) {
  c.give(0, [&] {
    const MatrixSize q_size = required_size(c, c.y(0));
    const MatrixSize r_size = required_size(c, c.y(1));
    if (r_size.rows > r_size.columns && q_size.rows == q_size.columns) {
      throw Error(ErrorCode::unimplemented,
                  "QrGrad not implemented when nrows > ncols and full_matrices is true");
    }
    const Tensor dq = c.dy(0);
    const Tensor dr = c.dy(1);
    const std::int64_t rows = q_size.rows;
    if (rows >= r_size.columns) return deep_qr(c.y(0), c.y(1), dq, dr);
    // The columns beyond the square part follow from the others.
    const Tensor rest = columns(dr, rows, -1);
    const Tensor square_part =
        deep_qr(c.y(0), columns(c.y(1), 0, rows), dq + product_nt(columns(c.x(), rows, -1), rest),
                columns(dr, 0, rows));
    return concat({square_part, product(c.y(0), rest)}, -1);
  });
}

void self_adjoint_eig(GradientCall& c) {
  c.give(0, [&] {
    const bool has_vectors = c.attr_bool("compute_v");
    const Tensor& e = c.y(0);
    const Tensor v =
        has_vectors ? c.y(1) : raw_all<"SelfAdjointEigV2">({c.x()}, {{"compute_v", true}})[1];
    Tensor inner = diagonal_matrix(c.dy(0));
    if (has_vectors && c.has_dy(1)) inner += inverse_differences(e) * product_tn(v, c.dy(1));
    const Tensor whole = product(v, product_nt(inner, v));
    // Only the lower triangle of the matrix was read.
    const Tensor lower = lower_triangle(whole + transposed(whole));
    const Tensor diagonal =
        raw<"MatrixDiagPartV3">({lower, int_value(0), zeros({}, lower.dtype(), Loc{})});
    return with_diagonal(lower, diagonal * 0.5);
  });
}

// Factors of a matrix with at most as many rows as columns, and their gradients.
struct Factors {
  Tensor s, u, v;
  Tensor ds, du, dv;
  std::int64_t rows;
  std::int64_t columns;
  bool is_full;
};

Tensor wide_svd(const Factors& f) {
  const Tensor middle = diagonal_matrix(f.s);
  const Tensor inverse = inverse_differences(square(f.s));
  const Tensor v1 = columns(f.v, 0, f.rows);
  const Tensor dv1 = columns(f.dv, 0, f.rows);
  const Tensor by_u = inverse * product_tn(f.u, f.du);
  const Tensor by_v = inverse * product_tn(v1, dv1);
  const Tensor inner = diagonal_matrix(f.ds) + product(by_u + transposed(by_u), middle) +
                       product(middle, by_v + transposed(by_v));
  Tensor gradient = product(f.u, product_nt(inner, v1));
  if (f.rows == f.columns) return gradient;
  const Tensor dv1_t = transposed(dv1);
  Tensor outside = dv1_t - product_nt(product(dv1_t, v1), v1);
  if (f.is_full) {
    const Tensor v2 = columns(f.v, f.rows, -1);
    outside -= product_nt(product_tn(v1, columns(f.dv, f.rows, -1)), v2);
  }
  return gradient + product(product(f.u, diagonal_matrix(safe_reciprocal(f.s))), outside);
}

Tensor svd_gradient(const GradientCall& c) {
  const MatrixSize size = required_size(c, c.x());
  if (!c.attr_bool("compute_uv")) {
    const std::vector<Tensor> all = raw_all<"Svd">({c.x()}, {{"compute_uv", true}});
    return product(all[1], product_nt(diagonal_matrix(c.dy(0)), all[2]));
  }
  Factors f{.s = c.y(0),
            .u = c.y(1),
            .v = c.y(2),
            .ds = c.dy(0),
            .du = c.dy(1),
            .dv = c.dy(2),
            .rows = size.rows,
            .columns = size.columns,
            .is_full = c.attr_bool("full_matrices")};
  const bool is_deep = f.rows > f.columns;
  if (is_deep) {
    std::swap(f.rows, f.columns);
    std::swap(f.u, f.v);
    std::swap(f.du, f.dv);
  }
  if (f.is_full && f.columns - f.rows > 1) {
    throw Error(ErrorCode::unimplemented,
                "svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True");
  }
  const Tensor gradient = wide_svd(f);
  return is_deep ? transposed(gradient) : gradient;
}

void svd(GradientCall& c) {
  c.give(0, [&] { return svd_gradient(c); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Qr", qr}, {"SelfAdjointEigV2", self_adjoint_eig}, {"Svd", svd}};

}  // namespace

GradientTable decomposition_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
