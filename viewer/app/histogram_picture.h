// Cards of histograms as a picture.
#pragma once

#include "app/picture.h"
#include "model/logdir_model.h"

namespace opscope::viewer {

// Fails when no run that the options choose has a histogram whose tag contains options.tag.
[[nodiscard]] Result<Picture> make_histograms(const RenderOptions& options,
                                              const LogdirModel& model);

}  // namespace opscope::viewer
