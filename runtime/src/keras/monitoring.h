// What callbacks share that watch one value of the logs.
#pragma once

#include <string>

#include "opscope/keras/callbacks.h"

namespace opscope::keras {

// `mode`, or the one that suits the name of what is watched.
[[nodiscard]] Direction direction_of(Direction mode, const std::string& monitor);
[[nodiscard]] double worst(Direction mode);
// The value of `monitor`; null, and a warning that tells what there is, when it was not measured.
[[nodiscard]] const double* monitored(const Logs& logs, const std::string& monitor,
                                      const char* callback);

}  // namespace opscope::keras
