// opscope export images PATH --out DIR
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// Writes DIR/<run>/<tag>/step_<step>_<n>.png for every image that is kept. `args` begin with the
// kind. Images that cannot be read or decoded are named on `err`, and make the exit code 1; the
// others are written.
int run_export_images(const std::vector<std::string>& args, std::ostream& out, std::ostream& err);

// `name` as one part of a path: bytes that are not letters, digits, '_', '-', '.', a '.' in front
// included, become %XX, so that different names stay different.
[[nodiscard]] std::string file_name_of(const std::string& name);

}  // namespace opscope::viewer
