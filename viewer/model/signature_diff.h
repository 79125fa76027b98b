// What differs between the signatures of two SavedModels.
#pragma once

#include <string>
#include <vector>

#include "model/logdir_model.h"

namespace opscope::viewer {

// One thing that is not the same. Of added things `before` is empty, of removed ones `after`.
struct SignatureChange {
  enum class Kind : std::uint8_t { added, removed, changed };
  Kind kind = Kind::changed;
  std::string signature;
  std::string part;    // "input 'x'", "output 'y'"; empty: the signature as a whole
  std::string aspect;  // "dtype", "shape", "method"; empty for what was added or removed
  std::string before;
  std::string after;
};

struct SignatureDiff {
  std::vector<SignatureChange> changes;  // by signature; its method, inputs, then outputs by name
  std::size_t equal = 0;                 // signatures
};

// Names of tensors in the graph are no part of a signature: callers do not see them.
[[nodiscard]] SignatureDiff diff_signatures(const std::vector<SignatureModel>& a,
                                            const std::vector<SignatureModel>& b);

// "(-1, 10)", "()", "unknown_rank".
[[nodiscard]] std::string signature_shape_text(const TensorInfoModel& tensor);

}  // namespace opscope::viewer
