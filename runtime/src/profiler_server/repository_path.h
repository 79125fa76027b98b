// The file that a request asks for, which comes from outside and is not trusted.
#pragma once

#include <optional>
#include <string>

#include "opscope/proto/profiler_service.pb.h"

namespace opscope::profiler::detail {

// <repository_root>/<session_id>/<host_name>.xplane.pb when that is below `writable_root` with
// links followed, ':' in the host's name replaced by '_'. Nothing when writable_root is empty or
// the request asks for another place. Throws invalid_argument for a session or a host that is no
// plain name.
[[nodiscard]] std::optional<std::string> repository_path(const proto::ProfileRequest& request,
                                                         const std::string& writable_root);

}  // namespace opscope::profiler::detail
