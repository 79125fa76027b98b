// Where in the C++ program something was made; operations and loops carry it into their messages.
#pragma once

#include <string>

namespace opscope {

// A default argument `Loc loc = Loc::current()` gives the line of the caller. std::source_location
// would do the same, but the clang 14 tools cannot parse libstdc++'s.
struct Loc {
  const char* file = "";
  unsigned line = 0;

  static constexpr Loc current(const char* file = __builtin_FILE(),
                               unsigned line = __builtin_LINE()) noexcept {
    return {file, line};
  }
  [[nodiscard]] constexpr bool is_known() const noexcept { return line != 0; }
};

// "model.cc:12 `Tensor total = 0.f;`": the text of the line follows when the file can be read.
[[nodiscard]] std::string describe(Loc loc);

}  // namespace opscope
