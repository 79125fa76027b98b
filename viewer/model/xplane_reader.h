// Reads one XSpace into a Profile that is being built. Messages: proto/opscope/proto/xplane.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/profile_build.h"
#include "model/progress.h"
#include "model/xplane_fields.h"

namespace opscope::viewer {

// True when `head`, the first bytes of a file of `file_size` bytes, looks like an XSpace.
[[nodiscard]] bool looks_like_xspace(std::string_view head, std::uint64_t file_size);

// Appends the planes, lines, events, steps, flows and memory counters of `bytes` as those of
// profile.hosts[host]. Event times are relative to the host's own time 0. What cannot be read
// becomes a warning that begins with `label`. Gives the wall time of the host's time 0 in
// nanoseconds since the epoch, 0 when the file does not say.
std::int64_t read_xspace(std::string_view bytes, std::uint32_t host, const std::string& label,
                         Profile& profile, NameTable& names, const Progress* progress);

// Decodes the arguments of the events of one XSpace: their statistics and those of their metadata.
// Keeps the metadata of the planes it has met; borrows the bytes.
class XspaceArgs {
 public:
  explicit XspaceArgs(std::string_view bytes);

  // Of the event whose field begins at `offset` (ProfileLine::source_offset).
  [[nodiscard]] std::vector<ProfileArg> at(std::uint64_t offset);

 private:
  struct KnownPlane {
    std::string_view bytes;
    std::optional<xplane::Plane> plane;  // parsed when first needed
  };

  const xplane::Plane* plane_around(std::uint64_t offset);

  std::string_view bytes_;
  std::vector<KnownPlane> planes_;
};

}  // namespace opscope::viewer
