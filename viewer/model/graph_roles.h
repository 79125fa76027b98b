// What part an operation plays, by its type and attributes.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/graph_model.h"

namespace opscope::viewer {

inline constexpr std::uint8_t kResourceDtype = 20;  // DT_RESOURCE

// `dtype` is that of its first output, 0 when it is not known.
[[nodiscard]] NodeRole role_of(std::string_view op, std::string_view name, std::uint8_t dtype);

// The name says that it belongs to a gradient computation ("gradient_tape/...", "gradients/...").
[[nodiscard]] bool is_gradient_name(std::string_view name);

}  // namespace opscope::viewer
