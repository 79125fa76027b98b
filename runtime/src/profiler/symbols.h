// Names of the functions of this process by program counter.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "opscope/profiler/names.h"

namespace opscope::profiler::detail {

struct Function {
  // Demangled, without parameters; or "library+0x1234" where no symbol covers the instruction.
  // NameId::none: there is no code at the address.
  NameId name = NameId::none;
  bool is_plumbing = false;  // what runs before main() or a thread's own function
};

// A demangled name without the types of parameters and result.
[[nodiscard]] std::string short_function_name(std::string_view demangled);

// The functions of the executable and the libraries that are loaded when it is made, from the
// symbol tables of their files (.symtab, or .dynsym of a stripped one). Not thread-safe.
class Symbols {
 public:
  Symbols();
  ~Symbols();
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;

  // The function that holds the instruction at `address`.
  [[nodiscard]] const Function& function_at(std::uint64_t address);

 private:
  class Modules;
  std::unique_ptr<Modules> modules_;
  std::unordered_map<std::uint64_t, Function> known_;
};

}  // namespace opscope::profiler::detail
