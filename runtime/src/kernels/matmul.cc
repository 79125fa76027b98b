// MatMul and BatchMatMulV2.
#include <string>

#include "kernels/broadcast.h"
#include "kernels/complex_numbers.h"
#include "kernels/gemm.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// Dimensions of one product.
struct Sizes {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  bool transpose_a;
  bool transpose_b;
  bool is_adjoint;  // what is transposed is conjugated as well
};

Sizes read_sizes(const KernelContext& context, bool transpose_a, bool transpose_b,
                 bool is_adjoint) {
  const Shape& a = context.input(0).shape();
  const Shape& b = context.input(1).shape();
  const std::int64_t a_rows = a[a.rank() - 2];
  const std::int64_t a_columns = a[a.rank() - 1];
  const std::int64_t b_rows = b[b.rank() - 2];
  const std::int64_t b_columns = b[b.rank() - 1];
  const Sizes sizes{.m = transpose_a ? a_columns : a_rows,
                    .n = transpose_b ? b_rows : b_columns,
                    .k = transpose_a ? a_rows : a_columns,
                    .transpose_a = transpose_a,
                    .transpose_b = transpose_b,
                    .is_adjoint = is_adjoint};
  if (sizes.k != (transpose_b ? b_columns : b_rows)) {
    context.invalid("Matrix size-incompatible: In[0]: " + a.to_bracket_string() +
                    ", In[1]: " + b.to_bracket_string());
  }
  return sizes;
}

template <typename T>
MatrixView<T> view(const T* data, std::int64_t rows, std::int64_t columns, bool transposed) {
  return transposed ? MatrixView<T>{data, 1, rows} : MatrixView<T>{data, columns, 1};
}

template <typename T>
T conjugated_if(bool wanted, T value) {
  if constexpr (kIsComplex<T>) {
    if (wanted) return std::conj(value);
  }
  return value;
}

template <typename T>
void multiply(const Sizes& sizes, const T* a, const T* b, T* c, ThreadPool* pool) {
  const auto left = view(a, sizes.m, sizes.k, sizes.transpose_a);
  const auto right = view(b, sizes.k, sizes.n, sizes.transpose_b);
  if constexpr (std::is_floating_point_v<T>) {
    gemm<T>(sizes.m, sizes.n, sizes.k, left, right, c, sizes.n, pool);
  } else {
    for (std::int64_t i = 0; i < sizes.m; ++i) {
      for (std::int64_t j = 0; j < sizes.n; ++j) {
        T sum = 0;
        for (std::int64_t p = 0; p < sizes.k; ++p) {
          sum = add_wrapping(
              sum, mul_wrapping(
                       conjugated_if(sizes.is_adjoint && sizes.transpose_a,
                                     left.data[i * left.row_stride + p * left.column_stride]),
                       conjugated_if(sizes.is_adjoint && sizes.transpose_b,
                                     right.data[p * right.row_stride + j * right.column_stride])));
        }
        c[i * sizes.n + j] = sum;
      }
    }
  }
}

template <typename T>
Ref<TensorRep> as_floats(const TensorRep& tensor) {
  Ref<TensorRep> out = TensorRep::make(DType::float32, tensor.shape());
  const T* values = tensor.data<T>();
  float* result = out->mutable_data<float>();
  for (std::int64_t i = 0; i < tensor.num_elements(); ++i)
    result[i] = static_cast<float>(values[i]);
  return out;
}

// All products of a batch. Shapes: out = batch + [m, n].
template <typename T>
void multiply_batch(KernelContext& context, const Sizes& sizes, const Shape& batch,
                    const Shape& batch_a, const Shape& batch_b, const T* a, const T* b, T* c) {
  const BroadcastPlan<2> plan(batch, {&batch_a, &batch_b});
  RowWalker<2> walker(plan, 0);
  std::int64_t index = 0;
  for (std::int64_t r = 0; r < plan.num_rows(); ++r, walker.next()) {
    for (std::int64_t i = 0; i < plan.row_size(); ++i, ++index) {
      const std::int64_t at_a = walker.offset(0) + i * plan.row_strides()[0];
      const std::int64_t at_b = walker.offset(1) + i * plan.row_strides()[1];
      multiply(sizes, a + at_a * sizes.m * sizes.k, b + at_b * sizes.k * sizes.n,
               c + index * sizes.m * sizes.n, context.pool());
    }
  }
}

template <typename T>
void product(KernelContext& context, bool transpose_a, bool transpose_b, bool is_adjoint) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  const Sizes sizes = read_sizes(context, transpose_a, transpose_b, is_adjoint);
  const Shape batch_a(a.shape().dims().first(static_cast<std::size_t>(a.rank() - 2)));
  const Shape batch_b(b.shape().dims().first(static_cast<std::size_t>(b.rank() - 2)));
  Shape batch;
  try {
    batch = broadcast_shapes(batch_a, batch_b);
  } catch (const Error& error) {
    context.invalid(error.what());
  }
  Shape shape = batch;
  shape.append(sizes.m);
  shape.append(sizes.n);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  if (out.num_elements() == 0) return;
  if constexpr (kIs16BitFloat<T>) {
    const Ref<TensorRep> wide_a = as_floats<T>(a);
    const Ref<TensorRep> wide_b = as_floats<T>(b);
    const Ref<TensorRep> wide = TensorRep::make(DType::float32, shape);
    multiply_batch<float>(context, sizes, batch, batch_a, batch_b, wide_a->data<float>(),
                          wide_b->data<float>(), wide->mutable_data<float>());
    for (std::int64_t i = 0; i < out.num_elements(); ++i) {
      out.mutable_data<T>()[i] = T(wide->data<float>()[i]);
    }
  } else if (batch.rank() == 0) {
    multiply(sizes, a.data<T>(), b.data<T>(), out.mutable_data<T>(), context.pool());
  } else {
    multiply_batch<T>(context, sizes, batch, batch_a, batch_b, a.data<T>(), b.data<T>(),
                      out.mutable_data<T>());
  }
}

template <typename T>
void matmul(KernelContext& context) {
  context.require(context.input(0).rank() == 2, "In[0] is not a matrix");
  context.require(context.input(1).rank() == 2, "In[1] is not a matrix");
  product<T>(context, context.attr_bool("transpose_a"), context.attr_bool("transpose_b"), false);
}

template <typename T>
void batch_matmul(KernelContext& context) {
  context.require(context.input(0).rank() >= 2, "In[0] ndims must be >= 2");
  context.require(context.input(1).rank() >= 2, "In[1] ndims must be >= 2");
  product<T>(context, context.attr_bool("adj_x"), context.attr_bool("adj_y"), true);
}

// As V2, but without broadcasting.
template <typename T>
void batch_matmul_v1(KernelContext& context) {
  const Shape& a = context.input(0).shape();
  const Shape& b = context.input(1).shape();
  context.require(a.rank() == b.rank(), "In[0] and In[1] must have the same number of dimensions");
  for (int d = 0; d + 2 < a.rank(); ++d) {
    context.require(a[d] == b[d], "In[0] and In[1] must have the same batch dimensions");
  }
  batch_matmul<T>(context);
}

using Multiplied = TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int16_t,
                            std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t,
                            std::complex<float>, std::complex<double>>;

constexpr KernelBinding kBindings[] = {
    {"MatMul",
     [](const KernelKey& key) {
       return pick(Multiplied{}, key.inputs[0], []<typename T>() -> Kernel { return matmul<T>; });
     }},
    {"BatchMatMulV2",
     [](const KernelKey& key) {
       return pick(Multiplied{}, key.inputs[0],
                   []<typename T>() -> Kernel { return batch_matmul<T>; });
     }},
    {"BatchMatMul",
     [](const KernelKey& key) {
       using Types = TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t,
                              std::int16_t, std::complex<float>, std::complex<double>>;
       return pick(Types{}, key.inputs[0],
                   []<typename T>() -> Kernel { return batch_matmul_v1<T>; });
     }},
};
}  // namespace

KernelBindings matmul_kernels() { return kBindings; }

}  // namespace opscope::runtime
