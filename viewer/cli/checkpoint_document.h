// What `opscope inspect` says of checkpoints: TensorFlow's tensor bundles.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/command_support.h"

namespace opscope::viewer {

struct CheckpointOptions {
  std::string tensor;  // empty: every tensor
  bool has_values = false;
  bool has_statistics = false;
};

// The prefixes of the checkpoints that `path` means: itself, the file PATH.index without its end,
// the variables of a SavedModel, or every checkpoint right in a folder. Sorted.
[[nodiscard]] std::vector<std::string> checkpoints_at(const std::string& path);

// {"path": prefix, "tensors": [{"name", "dtype", "shape", "bytes", "values"?, "statistics"?}]}, in
// the order of the names. What cannot be read is left out and named in `problems`.
[[nodiscard]] Json checkpoint_document(const std::string& prefix, const CheckpointOptions& options,
                                       std::vector<std::string>& problems);

// The document as a person reads it.
void print_checkpoint(std::ostream& out, const Json& document);

}  // namespace opscope::viewer
