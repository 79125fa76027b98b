// Tensors, shapes and attributes of single ops as JSON; the form is told in op_runner.cc.
#pragma once

#include <nlohmann/json.hpp>

#include "core/attrs.h"
#include "core/tensor_rep.h"

namespace opscope::runtime {

[[nodiscard]] Ref<TensorRep> read_tensor(const nlohmann::json& in);
// Of a resource or variant only the dtype and shape.
[[nodiscard]] nlohmann::json write_tensor(const TensorRep& tensor);

// null: of unknown rank; a dimension of -1 is not known.
[[nodiscard]] Shape read_shape(const nlohmann::json& in);
[[nodiscard]] nlohmann::json write_shape(const Shape& shape);

[[nodiscard]] AttrValue read_attr(const nlohmann::json& in);

}  // namespace opscope::runtime
