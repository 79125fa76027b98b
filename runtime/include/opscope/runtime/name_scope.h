// NameScope: names made while it lives begin with its name, so that graphs show structure.
#pragma once

#include <string>
#include <string_view>

namespace opscope {

// While it lives, on this thread, nodes and variables are named "<name>/...". Within one graph a
// scope opened a second time is "<name>_1", as in TensorFlow; a name that ends in '/' is taken as
// it is, from the top, and may be entered again.
class NameScope {
 public:
  explicit NameScope(std::string_view name);
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

  // The full name with its final slash, "model/dense/".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
  std::string outer_;
};

}  // namespace opscope
