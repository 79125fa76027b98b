// The file "checkpoint" in a folder of checkpoints.
#pragma once

#include <optional>
#include <string>

namespace opscope::runtime {

// Makes `prefix` ("training/ckpt-3") the latest one in its folder, replacing the file at once.
void write_latest(const std::string& prefix);
[[nodiscard]] std::optional<std::string> read_latest(const std::string& folder);

}  // namespace opscope::runtime
