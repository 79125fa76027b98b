// The part of `show --all` that lists what a SavedModel's root object can be called with.
#pragma once

#include <iosfwd>

#include "opscope/proto/saved_model.pb.h"

namespace opscope::viewer {

// Nothing for models without objects (TensorFlow 1).
void print_functions(std::ostream& out, const proto::SavedModel& model);

}  // namespace opscope::viewer
