// Reading an attribute, or its default from the op's spec.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/attrs.h"
#include "ops/op_spec.h"

namespace opscope::runtime {

// All throw invalid_argument if the attribute is missing and has no default, or is of another kind.
[[nodiscard]] std::int64_t read_int(const OpSpec& spec, const Attrs& attrs, std::string_view name);
[[nodiscard]] float read_float(const OpSpec& spec, const Attrs& attrs, std::string_view name);
[[nodiscard]] bool read_bool(const OpSpec& spec, const Attrs& attrs, std::string_view name);
[[nodiscard]] std::string_view read_string(const OpSpec& spec, const Attrs& attrs,
                                           std::string_view name);
[[nodiscard]] DType read_type(const OpSpec& spec, const Attrs& attrs, std::string_view name);
[[nodiscard]] Shape read_shape(const OpSpec& spec, const Attrs& attrs, std::string_view name);
[[nodiscard]] std::span<const std::int64_t> read_ints(const OpSpec& spec, const Attrs& attrs,
                                                      std::string_view name);

// "AddV2", or "AddV2 'scope/add'" for a named node.
[[nodiscard]] std::string describe_node(const OpSpec& spec, std::string_view node_name);

}  // namespace opscope::runtime
