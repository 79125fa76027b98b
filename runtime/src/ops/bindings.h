// Which kernels and shape functions belong to which ops. Each source file of kernels or shape
// functions gives a list; op_registry.cc puts them into the table.
#pragma once

#include <span>
#include <string_view>

#include "ops/op_spec.h"

namespace opscope::runtime {

struct KernelBinding {
  std::string_view op;
  KernelSelector select;
};

struct ShapeBinding {
  std::string_view op;
  ShapeFn shape_fn;
};

using KernelBindings = std::span<const KernelBinding>;
using ShapeBindings = std::span<const ShapeBinding>;

KernelBindings activation_kernels();
KernelBindings basic_kernels();
KernelBindings batch_norm_kernels();
KernelBindings bias_kernels();
KernelBindings binary_arithmetic_kernels();
KernelBindings binary_division_kernels();
KernelBindings block_kernels();
KernelBindings cast_kernels();
KernelBindings compare_kernels();
KernelBindings complex_kernels();
KernelBindings conv_kernels();
KernelBindings counting_kernels();
KernelBindings depthwise_kernels();
KernelBindings diagonal_kernels();
KernelBindings einsum_kernels();
KernelBindings folding_kernels();
KernelBindings gather_kernels();
KernelBindings linear_algebra_kernels();
KernelBindings matmul_kernels();
KernelBindings movement_kernels();
KernelBindings nn_measure_kernels();
KernelBindings optimizer_kernels();
KernelBindings optional_kernels();
KernelBindings padding_kernels();
KernelBindings pooling_kernels();
KernelBindings printing_kernels();
KernelBindings random_kernels();
KernelBindings reduce_kernels();
KernelBindings regex_kernels();
KernelBindings sampling_kernels();
KernelBindings search_kernels();
KernelBindings segment_kernels();
KernelBindings select_kernels();
KernelBindings sequence_kernels();
KernelBindings softmax_kernels();
KernelBindings stitch_kernels();
KernelBindings strided_slice_kernels();
KernelBindings string_array_kernels();
KernelBindings string_number_kernels();
KernelBindings string_kernels();
KernelBindings tensor_list_kernels();
KernelBindings tensor_list_row_kernels();
KernelBindings tensor_list_split_kernels();
KernelBindings unary_kernels();
KernelBindings unicode_kernels();
KernelBindings unique_kernels();
KernelBindings variable_kernels();
KernelBindings variable_row_kernels();

ShapeBindings array_shapes();
ShapeBindings block_shapes();
ShapeBindings diagonal_shapes();
ShapeBindings elementwise_shapes();
ShapeBindings linear_algebra_shapes();
ShapeBindings math_shapes();
ShapeBindings network_shapes();
ShapeBindings row_shapes();
ShapeBindings sampling_shapes();

}  // namespace opscope::runtime
