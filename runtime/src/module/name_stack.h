// The name scope of this thread.
#pragma once

#include <string>
#include <string_view>

namespace opscope::runtime {

class NameStack {
 public:
  // "model/dense/", or empty.
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::string prefixed(std::string_view name) const {
    return prefix_ + std::string(name);
  }
  // Gives the prefix that was.
  [[nodiscard]] std::string exchange_prefix(std::string prefix) noexcept {
    prefix.swap(prefix_);
    return prefix;
  }

 private:
  std::string prefix_;
};

[[nodiscard]] NameStack& name_stack() noexcept;

}  // namespace opscope::runtime
