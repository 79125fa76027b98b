// Prefixes for tags, as TensorFlow's name scopes.
#pragma once

#include <string>
#include <string_view>

namespace opscope::summary {

// While it lives, tags that this thread records get "<name>/" in front, below the scopes around it.
// Tags that are fixed by a page (hparams, custom_scalars) and names of graphs stay as they are.
// Ends in the thread that made it, in reverse order. Throws invalid_argument for an empty name and
// for one that is not UTF-8.
class [[nodiscard]] NameScope {
 public:
  explicit NameScope(std::string_view name);
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  std::string prefix_;
  std::string_view outer_;
};

// What this thread's scopes put in front of tags: "" or "a/b/".
[[nodiscard]] std::string_view current_name_scope() noexcept;

}  // namespace opscope::summary
