// What `opscope diff` compares, by kind. Each prints to `out` and gives kDone when the two are
// equal, kDiffers when they are not, and kFailed with a reason on `err`.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace opscope::viewer {

struct DiffRequest {
  std::string what;
  std::string path_a;
  std::string path_b;
  std::string run;  // empty: any; the same in both
  std::string tag;
  std::string by = "op";  // profiles: what rows are
  double threshold = 0;   // percent by which a number may differ and still be the same
  std::size_t top = 0;    // rows to show; 0: all
  bool as_json = false;
};

[[nodiscard]] int diff_graph_files(const DiffRequest& request, std::ostream& out,
                                   std::ostream& err);
[[nodiscard]] int diff_profile_files(const DiffRequest& request, std::ostream& out,
                                     std::ostream& err);
[[nodiscard]] int diff_scalar_files(const DiffRequest& request, std::ostream& out,
                                    std::ostream& err);
// `tag` chooses the graph of a SavedModel that has several, by its tags joined with commas.
[[nodiscard]] int diff_signature_files(const DiffRequest& request, std::ostream& out,
                                       std::ostream& err);

}  // namespace opscope::viewer
