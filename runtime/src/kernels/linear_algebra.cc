// Decompositions, inverses and solutions of batches of matrices.
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/broadcast.h"
#include "kernels/kernel_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// All work is done in double: one set of Eigen's templates, and float results to the last digit.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

// An input as a batch of matrices.
struct Batch {
  const TensorRep* tensor;
  Shape batch;
  std::int64_t count;
  std::int64_t rows;
  std::int64_t columns;

  [[nodiscard]] Shape with(std::initializer_list<std::int64_t> dims) const {
    Shape shape = batch;
    for (const std::int64_t size : dims) shape.append(size);
    return shape;
  }
  [[nodiscard]] Matrix matrix(std::int64_t i) const {
    Matrix result(rows, columns);
    std::int64_t at = i * rows * columns;
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c, ++at) {
        result(r, c) = tensor->dtype() == DType::float32
                           ? static_cast<double>(tensor->data<float>()[at])
                           : tensor->data<double>()[at];
      }
    }
    return result;
  }
};

Batch read_batch(const KernelContext& context, std::size_t i) {
  const Shape& shape = context.input(i).shape();
  const int rank = shape.rank();
  if (rank < 2) {
    context.invalid("Input tensor " + std::to_string(i) + " must have rank >= 2, got " +
                    std::to_string(rank));
  }
  return {&context.input(i), Shape(shape.dims().first(static_cast<std::size_t>(rank - 2))),
          count_elements(shape, 0, rank - 2), shape[rank - 2], shape[rank - 1]};
}

Batch read_squares(const KernelContext& context) {
  const Batch batch = read_batch(context, 0);
  context.require(batch.rows == batch.columns, "Input matrix must be square.");
  return batch;
}

// An output of the inputs' type.
TensorRep& make_output(KernelContext& context, std::size_t i, const Shape& shape) {
  return context.allocate_output(i, context.input(0).dtype(), shape);
}

// As matrix i of a batch of matrices of this size.
void write(TensorRep& out, std::int64_t i, const Matrix& values) {
  std::int64_t at = i * values.size();
  for (Eigen::Index r = 0; r < values.rows(); ++r) {
    for (Eigen::Index c = 0; c < values.cols(); ++c, ++at) {
      if (out.dtype() == DType::float32) {
        out.mutable_data<float>()[at] = static_cast<float>(values(r, c));
      } else {
        out.mutable_data<double>()[at] = values(r, c);
      }
    }
  }
}
void write_value(TensorRep& out, std::int64_t i, double value) {
  write(out, i, Matrix::Constant(1, 1, value));
}

// A matrix that is not positive definite gives NaN.
void cholesky(KernelContext& context) {
  const Batch batch = read_squares(context);
  TensorRep& out = make_output(context, 0, context.input(0).shape());
  if (out.num_elements() == 0) return;
  for (std::int64_t i = 0; i < batch.count; ++i) {
    const Eigen::LLT<Matrix> factors(batch.matrix(i));
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    write(out, i,
          factors.info() == Eigen::Success ? Matrix(factors.matrixL())
                                           : Matrix::Constant(batch.rows, batch.rows, kNan));
  }
}

// Of a matrix that has an inverse.
Eigen::PartialPivLU<Matrix> factorize(const KernelContext& context, Matrix matrix,
                                      const char* not_invertible) {
  if (context.attr_bool("adjoint")) matrix.transposeInPlace();
  Eigen::PartialPivLU<Matrix> factors(matrix);
  for (Eigen::Index p = 0; p < matrix.rows(); ++p) {
    context.require(factors.matrixLU()(p, p) != 0, not_invertible);
  }
  return factors;
}

void inverse(KernelContext& context) {
  const Batch batch = read_squares(context);
  TensorRep& out = make_output(context, 0, context.input(0).shape());
  if (out.num_elements() == 0) return;
  for (std::int64_t i = 0; i < batch.count; ++i) {
    const auto factors = factorize(context, batch.matrix(i), "Input is not invertible.");
    write(out, i, factors.solve(Matrix::Identity(batch.rows, batch.rows)));
  }
}

void solve(KernelContext& context) {
  const Batch batch = read_squares(context);
  const Batch rhs = read_batch(context, 1);
  context.require(batch.batch.rank() == rhs.batch.rank(),
                  "All input tensors must have the same rank.");
  context.require(batch.batch == rhs.batch,
                  "All input tensors must have the same outer dimensions.");
  context.require(batch.rows == rhs.rows, "Input matrix and rhs are incompatible.");
  TensorRep& out = make_output(context, 0, context.input(1).shape());
  if (out.num_elements() == 0) return;
  for (std::int64_t i = 0; i < batch.count; ++i) {
    const auto factors = factorize(context, batch.matrix(i), "Input matrix is not invertible.");
    write(out, i, factors.solve(rhs.matrix(i)));
  }
}

void triangular_solve(KernelContext& context) {
  const Batch batch = read_squares(context);
  const Batch rhs = read_batch(context, 1);
  context.require(batch.rows == rhs.rows, "Input matrix and rhs are incompatible.");
  Shape shape;
  try {
    shape = broadcast_shapes(batch.batch, rhs.batch);
  } catch (const Error& error) {
    context.invalid(error.what());
  }
  const BroadcastPlan<2> plan(shape, {&batch.batch, &rhs.batch});
  const bool lower = context.attr_bool("lower");
  const bool adjoint = context.attr_bool("adjoint");
  shape.append(rhs.rows);
  shape.append(rhs.columns);
  TensorRep& out = make_output(context, 0, shape);
  if (out.num_elements() == 0) return;
  RowWalker<2> walker(plan, 0);
  std::int64_t index = 0;
  for (std::int64_t r = 0; r < plan.num_rows(); ++r, walker.next()) {
    for (std::int64_t i = 0; i < plan.row_size(); ++i, ++index) {
      Matrix matrix = batch.matrix(walker.offset(0) + i * plan.row_strides()[0]);
      Matrix x = rhs.matrix(walker.offset(1) + i * plan.row_strides()[1]);
      if (adjoint) matrix.transposeInPlace();
      if (lower != adjoint) {
        matrix.triangularView<Eigen::Lower>().solveInPlace(x);
      } else {
        matrix.triangularView<Eigen::Upper>().solveInPlace(x);
      }
      write(out, index, x);
    }
  }
}

void determinant(KernelContext& context) {
  const Batch batch = read_squares(context);
  TensorRep& out = make_output(context, 0, batch.batch);
  for (std::int64_t i = 0; i < batch.count; ++i) {
    const bool is_empty = batch.rows == 0;
    write_value(out, i,
                is_empty ? 1.0 : Eigen::PartialPivLU<Matrix>(batch.matrix(i)).determinant());
  }
}

void log_determinant(KernelContext& context) {
  const Batch batch = read_squares(context);
  TensorRep& sign = make_output(context, 0, batch.batch);
  TensorRep& magnitude = make_output(context, 1, batch.batch);
  for (std::int64_t i = 0; i < batch.count; ++i) {
    double signs = 1;
    double logarithm = 0;
    if (batch.rows > 0) {
      const Eigen::PartialPivLU<Matrix> factors(batch.matrix(i));
      signs = static_cast<double>(factors.permutationP().determinant());
      for (Eigen::Index p = 0; p < batch.rows; ++p) {
        const double pivot = factors.matrixLU()(p, p);
        signs *= pivot > 0 ? 1.0 : (pivot < 0 ? -1.0 : pivot);
        logarithm += std::log(std::abs(pivot));
      }
    }
    write_value(sign, i, signs);
    write_value(magnitude, i, logarithm);
  }
}

void qr(KernelContext& context) {
  const Batch batch = read_batch(context, 0);
  const bool full = context.attr_bool("full_matrices");
  const std::int64_t width = full ? batch.rows : std::min(batch.rows, batch.columns);
  TensorRep& q = make_output(context, 0, batch.with({batch.rows, width}));
  TensorRep& r = make_output(context, 1, batch.with({width, batch.columns}));
  const Matrix identity = Matrix::Identity(batch.rows, width);
  const bool is_empty = batch.rows == 0 || batch.columns == 0;
  for (std::int64_t i = 0; i < batch.count; ++i) {
    if (is_empty) {
      write(q, i, identity);
      continue;
    }
    const Eigen::HouseholderQR<Matrix> factors(batch.matrix(i));
    write(q, i, factors.householderQ() * identity);
    Matrix upper = factors.matrixQR().topRows(width);
    for (Eigen::Index column = 0; column < upper.cols(); ++column) {
      for (Eigen::Index row = column + 1; row < upper.rows(); ++row) upper(row, column) = 0;
    }
    write(r, i, upper);
  }
}

void svd(KernelContext& context) {
  const Batch batch = read_batch(context, 0);
  const bool compute = context.attr_bool("compute_uv");
  const bool full = context.attr_bool("full_matrices");
  const std::int64_t least = std::min(batch.rows, batch.columns);
  const std::int64_t u_width = full ? batch.rows : least;
  const std::int64_t v_width = full ? batch.columns : least;
  TensorRep& s = make_output(context, 0, batch.with({least}));
  TensorRep& u = make_output(context, 1, compute ? batch.with({batch.rows, u_width}) : Shape({0}));
  TensorRep& v =
      make_output(context, 2, compute ? batch.with({batch.columns, v_width}) : Shape({0}));
  const int options =
      full ? Eigen::ComputeFullU | Eigen::ComputeFullV : Eigen::ComputeThinU | Eigen::ComputeThinV;
  for (std::int64_t i = 0; i < batch.count; ++i) {
    if (least == 0) {
      if (!compute) continue;
      write(u, i, Matrix::Identity(batch.rows, u_width));
      write(v, i, Matrix::Identity(batch.columns, v_width));
      continue;
    }
    const Eigen::JacobiSVD<Matrix> factors(batch.matrix(i),
                                           compute ? static_cast<unsigned>(options) : 0u);
    write(s, i, factors.singularValues());
    if (!compute) continue;
    write(u, i, factors.matrixU());
    write(v, i, factors.matrixV());
  }
}

void symmetric_eigen(KernelContext& context) {
  const Batch batch = read_squares(context);
  const bool compute = context.attr_bool("compute_v");
  TensorRep& e = make_output(context, 0, batch.with({batch.rows}));
  TensorRep& v = make_output(context, 1, compute ? context.input(0).shape() : Shape({0}));
  for (std::int64_t i = 0; i < batch.count && batch.rows > 0; ++i) {
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(
        batch.matrix(i), compute ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
    context.require(solver.info() == Eigen::Success,
                    "Self-adjoint eigen decomposition was not successful. The input might not be "
                    "valid.");
    write(e, i, solver.eigenvalues());
    if (compute) write(v, i, solver.eigenvectors());
  }
}

template <Kernel kKernel>
Kernel of_float(const KernelKey& key) {
  return key.inputs[0] == DType::float32 || key.inputs[0] == DType::float64 ? kKernel : nullptr;
}

constexpr KernelBinding kBindings[] = {
    {"Cholesky", of_float<cholesky>},
    {"MatrixInverse", of_float<inverse>},
    {"MatrixSolve", of_float<solve>},
    {"MatrixTriangularSolve", of_float<triangular_solve>},
    {"MatrixDeterminant", of_float<determinant>},
    {"LogMatrixDeterminant", of_float<log_determinant>},
    {"Qr", of_float<qr>},
    {"Svd", of_float<svd>},
    {"SelfAdjointEigV2", of_float<symmetric_eigen>},
};
}  // namespace

KernelBindings linear_algebra_kernels() { return kBindings; }

}  // namespace opscope::runtime
