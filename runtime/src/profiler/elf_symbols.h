// The functions that an ELF file names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::profiler::detail {

class ElfSymbols {
 public:
  // Reads the file's symbol table; what is no ELF file of this machine's word size, or damaged, has
  // no symbols.
  explicit ElfSymbols(const std::string& path);

  // The mangled name of the function that covers `address`, as the file counts addresses. The view
  // lives as long as this object.
  [[nodiscard]] std::optional<std::string_view> name_at(std::uint64_t address) const;

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::uint64_t size_bytes = 0;
    std::uint32_t name = 0;  // offset in names_
  };

  void read(std::string_view file);

  std::vector<Symbol> symbols_;  // by address
  std::string names_;
};

}  // namespace opscope::profiler::detail
