// What there is of each op: for the table in docs/ops.md and for tests of every op.
#pragma once

#include <nlohmann/json.hpp>

namespace opscope::runtime {

// Of every op in the table, sorted by name:
//   {"name": "AddV2", "kernel": true, "shape": true, "gradient": "yes", "stateful": false,
//    "types": {"T": ["float32", ...]}}
// "types" are the dtypes each type attribute may have, as far as there are kernels; "gradient" is
// "yes", "none" (defined to be none) or "no".
[[nodiscard]] nlohmann::json list_ops();

}  // namespace opscope::runtime
