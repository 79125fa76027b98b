// Looking up ops, resolving their dtypes and attributes, choosing kernels.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/small_vector.h"
#include "core/tensor_rep.h"
#include "ops/op_spec.h"

namespace opscope::runtime {

using DTypeList = SmallVector<DType, 16>;

// Null if there is no such op. The spec lives as long as the process.
[[nodiscard]] const OpSpec* find_op(std::string_view name) noexcept;
// Throws not_found.
[[nodiscard]] const OpSpec& get_op(std::string_view name);
// All ops, sorted by name.
[[nodiscard]] std::span<const OpSpec> all_ops() noexcept;

// The dtypes of the outputs for inputs of these dtypes, given `attrs` (attributes that follow from
// the inputs, such as T and N, need not be there). Throws invalid_argument with op, argument, what
// was given and what is allowed: a wrong number of inputs, dtypes that differ where one attr binds
// both, a dtype that is not allowed, an attribute that neither follows nor has a default.
// `node_name` is for messages and may be empty.
[[nodiscard]] DTypeList resolve_dtypes(const OpSpec& spec, std::span<const DType> inputs,
                                       const Attrs& attrs, std::string_view node_name = {});

// Every attribute of a node: those given, those that follow from the inputs, and defaults.
// Checks as resolve_dtypes, and that no attribute is unknown, of the wrong type, out of its allowed
// values or below its minimum. Attributes whose name begins with '_' pass unchecked.
[[nodiscard]] Attrs complete_attrs(const OpSpec& spec, std::span<const DType> inputs,
                                   const Attrs& attrs, std::string_view node_name = {});

// The default of `attr` as a value; nullopt if it has none.
[[nodiscard]] std::optional<AttrValue> default_value(const AttrSpec& attr);

// The kernel for these dtypes. Throws unimplemented, naming the op and the dtypes.
[[nodiscard]] Kernel select_kernel(const OpSpec& spec, std::span<const DType> inputs,
                                   std::span<const DType> outputs, std::string_view node_name = {});

// Runs one op now: resolves dtypes, chooses the kernel, fills `outputs` (whose size must be the
// number of outputs; count_outputs() tells). Inputs must be dense. Inputs are not overwritten.
void run_op_eager(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
                  std::span<Ref<TensorRep>> outputs);
// The number of output tensors for these input dtypes and attributes.
[[nodiscard]] std::size_t count_outputs(const OpSpec& spec, std::span<const DType> inputs,
                                        const Attrs& attrs);

}  // namespace opscope::runtime
