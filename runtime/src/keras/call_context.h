// What the calls of layers on this thread pass to the calls inside them.
#pragma once

#include <string>
#include <string_view>

namespace opscope::keras {

struct CallContext {
  bool training = false;
  std::string path;  // "small_cnn/", the layers that are being called or built
};

[[nodiscard]] CallContext& call_context() noexcept;

// Enters a layer, for the length of a call or of building.
class CallScope {
 public:
  CallScope(std::string_view layer, bool training);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  bool training_;
  std::size_t length_;
};

}  // namespace opscope::keras
