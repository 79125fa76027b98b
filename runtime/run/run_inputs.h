// What --inputs and --input_exprs say.
#pragma once

#include <map>
#include <string>

#include "opscope/runtime/saved_model.h"

namespace opscope::run {

// "key=file.npy;other=file.npz[name]" and "key=[1.0, 2.0];other='text'" as Tensors of the
// signature's types; expressions win. Throws invalid_argument for words that do not fit this form,
// keys that the signature does not have, and values that cannot have its types; what reading
// throws.
[[nodiscard]] NamedTensors read_inputs(const LoadedModel::Signature& signature,
                                       const std::string& inputs, const std::string& expressions);

}  // namespace opscope::run
