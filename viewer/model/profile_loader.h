// Reads XSpace files (.xplane.pb) and Chrome or PyTorch traces (.json, .json.gz) into a Profile.
#pragma once

#include <span>
#include <string>

#include "model/logdir_model.h"
#include "model/profile.h"
#include "model/progress.h"
#include "opscope/result.h"

namespace opscope::viewer {

// All hosts of a session on one clock. Tolerant: a cut or damaged file gives what is there and a
// warning that says what is not. Fails only when no file gave anything, or when cancelled.
[[nodiscard]] Result<Profile> load_profile(std::span<const ProfileHost> hosts,
                                           Progress* progress = nullptr);

// One file, told apart by content.
[[nodiscard]] Result<Profile> load_profile_file(const std::string& path,
                                                Progress* progress = nullptr);

}  // namespace opscope::viewer
