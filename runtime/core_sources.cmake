list(APPEND runtime_headers
    include/opscope/runtime/dtype.h
    include/opscope/runtime/memory.h
    include/opscope/runtime/shape.h
    include/opscope/runtime/threads.h)
list(APPEND runtime_sources
    src/core/allocator.cc
    src/core/attrs.cc
    src/core/attrs_proto.cc
    src/core/dtype.cc
    src/core/format_numpy.cc
    src/core/format_print.cc
    src/core/memory.cc
    src/core/number_format.cc
    src/core/numpy_elements.cc
    src/core/resources.cc
    src/core/shape.cc
    src/core/tensor_proto.cc
    src/core/tensor_rep.cc
    src/core/thread_pool.cc
    src/core/threads.cc
    src/ops/attr_access.cc
    src/ops/eager.cc
    src/ops/einsum_equation.cc
    src/ops/kernel_context.cc
    src/ops/op_registry.cc
    src/ops/resolve.cc
    src/ops/shape_context.cc
    src/ops/shape_util.cc
    src/ops/shapes_array.cc
    src/ops/shapes_blocks.cc
    src/ops/shapes_diagonals.cc
    src/ops/shapes_elementwise.cc
    src/ops/shapes_linalg.cc
    src/ops/shapes_math.cc
    src/ops/shapes_nn.cc
    src/ops/shapes_rows.cc
    src/ops/shapes_sampling.cc
    src/ops/strided_slice.cc
    src/kernels/activations.cc
    src/kernels/basic.cc
    src/kernels/batch_norm.cc
    src/kernels/bias.cc
    src/kernels/binary_arithmetic.cc
    src/kernels/binary_division.cc
    src/kernels/blocks.cc
    src/kernels/broadcast.cc
    src/kernels/cast.cc
    src/kernels/compare.cc
    src/kernels/complex.cc
    src/kernels/conv.cc
    src/kernels/conv_geometry.cc
    src/kernels/conv_lines.cc
    src/kernels/conv_products.cc
    src/kernels/counting.cc
    src/kernels/depthwise.cc
    src/kernels/diagonals.cc
    src/kernels/einsum.cc
    src/kernels/elementwise.cc
    src/kernels/fingerprint.cc
    src/kernels/folding.cc
    src/kernels/gather.cc
    src/kernels/gemm.cc
    src/kernels/gemm_pack.cc
    src/kernels/gemm_rows.cc
    src/kernels/instruction_set.cc
    src/kernels/kernel_inputs.cc
    src/kernels/linear_algebra.cc
    src/kernels/matmul.cc
    src/kernels/movement.cc
    src/kernels/nn_measures.cc
    src/kernels/optimizers.cc
    src/kernels/optional.cc
    src/kernels/padding.cc
    src/kernels/pooling.cc
    src/kernels/printing.cc
    src/kernels/random.cc
    src/kernels/random_inputs.cc
    src/kernels/reduce.cc
    src/kernels/regex.cc
    src/kernels/sampling.cc
    src/kernels/search.cc
    src/kernels/segments.cc
    src/kernels/select.cc
    src/kernels/sequence.cc
    src/kernels/softmax.cc
    src/kernels/stitch.cc
    src/kernels/strided_copy.cc
    src/kernels/strided_slice.cc
    src/kernels/string_arrays.cc
    src/kernels/string_numbers.cc
    src/kernels/strings.cc
    src/kernels/tensor_list.cc
    src/kernels/tensor_list_inputs.cc
    src/kernels/tensor_list_rows.cc
    src/kernels/tensor_list_split.cc
    src/kernels/unary.cc
    src/kernels/unicode.cc
    src/kernels/unicode_encodings.cc
    src/kernels/unique.cc
    src/kernels/variable_inputs.cc
    src/kernels/variable_rows.cc
    src/kernels/variables.cc
    src/kernels/variant_values.cc
    src/kernels/vector_loops.cc
    src/kernels/windows.cc)

# The innermost loops once for each instruction set; which of them run is decided at run time.
set(loop_options "-O3;-fno-math-errno;-fno-trapping-math")
set(loop_sources src/kernels/gemm_baseline.cc src/kernels/vector_loops_baseline.cc)
# Optimised in every build: without, products and sums would not contract alike in all of them.
set_source_files_properties(src/kernels/vector_loops_baseline.cc PROPERTIES
    COMPILE_OPTIONS "${loop_options}")
set_source_files_properties(src/kernels/gemm_baseline.cc PROPERTIES COMPILE_OPTIONS "-O3")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(avx2_options "-mavx2;-mfma;-ffp-contract=fast")
  set(avx512_options "-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mfma;-mprefer-vector-width=512")
  list(APPEND avx512_options "-ffp-contract=fast")
  foreach(set avx2 avx512)
    set_source_files_properties(src/kernels/gemm_${set}.cc PROPERTIES
        COMPILE_OPTIONS "-O3;${${set}_options}")
    set_source_files_properties(src/kernels/vector_loops_${set}.cc PROPERTIES
        COMPILE_OPTIONS "${loop_options};${${set}_options}")
    list(APPEND loop_sources src/kernels/gemm_${set}.cc src/kernels/vector_loops_${set}.cc)
  endforeach()
endif()
list(APPEND runtime_sources ${loop_sources})
