#include "ops/op_registry.h"

#include <algorithm>
#include <array>
#include <string>

#include "ops/bindings.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
constexpr std::uint32_t bit(DType dtype) { return 1u << static_cast<unsigned>(dtype); }

#include "ops/op_table.inc"

using OpTable = std::array<OpSpec, std::size(kOpTable)>;

OpSpec* find_in(OpTable& table, std::string_view name) noexcept {
  const auto at =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const OpSpec& spec, std::string_view key) { return spec.name < key; });
  return at != table.end() && at->name == name ? &*at : nullptr;
}

OpTable build_table() {
  OpTable table;
  std::copy(std::begin(kOpTable), std::end(kOpTable), table.begin());
  for (const KernelBindings bindings : {activation_kernels(),
                                        basic_kernels(),
                                        batch_norm_kernels(),
                                        bias_kernels(),
                                        binary_arithmetic_kernels(),
                                        binary_division_kernels(),
                                        block_kernels(),
                                        cast_kernels(),
                                        compare_kernels(),
                                        complex_kernels(),
                                        conv_kernels(),
                                        counting_kernels(),
                                        depthwise_kernels(),
                                        diagonal_kernels(),
                                        einsum_kernels(),
                                        folding_kernels(),
                                        gather_kernels(),
                                        linear_algebra_kernels(),
                                        matmul_kernels(),
                                        movement_kernels(),
                                        nn_measure_kernels(),
                                        optimizer_kernels(),
                                        optional_kernels(),
                                        padding_kernels(),
                                        pooling_kernels(),
                                        printing_kernels(),
                                        random_kernels(),
                                        reduce_kernels(),
                                        regex_kernels(),
                                        sampling_kernels(),
                                        search_kernels(),
                                        segment_kernels(),
                                        select_kernels(),
                                        sequence_kernels(),
                                        softmax_kernels(),
                                        stitch_kernels(),
                                        strided_slice_kernels(),
                                        string_array_kernels(),
                                        string_number_kernels(),
                                        string_kernels(),
                                        tensor_list_kernels(),
                                        tensor_list_row_kernels(),
                                        tensor_list_split_kernels(),
                                        unary_kernels(),
                                        unicode_kernels(),
                                        unique_kernels(),
                                        variable_kernels(),
                                        variable_row_kernels()}) {
    for (const KernelBinding& binding : bindings) {
      if (OpSpec* spec = find_in(table, binding.op)) spec->select = binding.select;
    }
  }
  for (const ShapeBindings bindings : {array_shapes(), block_shapes(), diagonal_shapes(),
                                       elementwise_shapes(), linear_algebra_shapes(), math_shapes(),
                                       network_shapes(), row_shapes(), sampling_shapes()}) {
    for (const ShapeBinding& binding : bindings) {
      if (OpSpec* spec = find_in(table, binding.op)) spec->shape_fn = binding.shape_fn;
    }
  }
  return table;
}

OpTable& op_table() {
  static OpTable table = build_table();
  return table;
}
}  // namespace

const OpSpec* find_op(std::string_view name) noexcept { return find_in(op_table(), name); }

const OpSpec& get_op(std::string_view name) {
  if (const OpSpec* spec = find_op(name)) return *spec;
  throw Error(ErrorCode::not_found, "Op type not registered '" + std::string(name) + "'");
}

std::span<const OpSpec> all_ops() noexcept { return op_table(); }

Kernel select_kernel(const OpSpec& spec, std::span<const DType> inputs,
                     std::span<const DType> outputs, std::string_view node_name) {
  if (spec.select != nullptr) {
    if (const Kernel kernel = spec.select({.inputs = inputs, .outputs = outputs})) return kernel;
  }
  std::string message = "Could not find a kernel for " + std::string(spec.name);
  if (!node_name.empty()) message += " '" + std::string(node_name) + "'";
  message += " (inputs:";
  for (const DType dtype : inputs) message.append(" ").append(dtype_name(dtype));
  message += "; outputs:";
  for (const DType dtype : outputs) message.append(" ").append(dtype_name(dtype));
  throw Error(ErrorCode::unimplemented, message + ")");
}

}  // namespace opscope::runtime
