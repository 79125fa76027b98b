// Names that fit: siblings are told apart by what differs, so a common prefix is dropped and long
// names are cut in the middle.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::viewer {

// At most `max_characters` (UTF-8 sequences, at least 3): both ends with "…" between them.
[[nodiscard]] std::string cut_middle(std::string_view text, std::size_t max_characters);

// Length in bytes of the prefix that all labels share, cut back to the end of a word ("_", "-",
// ".", "/"); 0 for fewer than two labels, and where a label would become empty.
[[nodiscard]] std::size_t common_prefix(std::span<const std::string> labels);

// Makes labels of siblings fit, one by one, as fit_labels() does. `labels` is read by the
// constructor only.
class LabelFitter {
 public:
  LabelFitter(std::span<const std::string> labels, std::size_t max_characters);

  [[nodiscard]] std::string fit(const std::string& label) const;

 private:
  std::size_t max_characters_;
  std::size_t drop_ = 0;  // bytes of the common prefix
};

// The labels with a common prefix of at least six bytes replaced by "…", when some label is longer
// than `max_characters`; then each cut in the middle.
[[nodiscard]] std::vector<std::string> fit_labels(std::span<const std::string> labels,
                                                  std::size_t max_characters);

}  // namespace opscope::viewer
