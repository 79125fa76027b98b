#include "symbols.h"

#include <cxxabi.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "elf_symbols.h"

namespace opscope::profiler::detail {
namespace {

struct Module {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t base = 0;  // what the loader added to the file's addresses
  std::string path;
  std::optional<ElfSymbols> symbols;  // read on first need

  [[nodiscard]] std::string_view file_name() const {
    const std::string_view whole = path;
    return whole.substr(whole.rfind('/') + 1);
  }
};

int collect_module(dl_phdr_info* info, std::size_t /*size*/, void* modules) {
  const std::string_view path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    const std::uint64_t begin = info->dlpi_addr + segment.p_vaddr;
    static_cast<std::vector<Module>*>(modules)->push_back(
        {.begin = begin,
         .end = begin + segment.p_memsz,
         .base = info->dlpi_addr,
         .path = path.empty() ? "/proc/self/exe" : std::string(path),
         .symbols = {}});
  }
  return 0;
}

std::string demangle(const std::string& mangled) {
  int status = 0;
  char* const text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  std::string result = status == 0 && text != nullptr ? text : mangled;
  std::free(text);
  return result;
}

std::string hexadecimal(std::uint64_t value) {
  std::string text;
  do text.insert(text.begin(), "0123456789abcdef"[value % 16]);
  while ((value /= 16) != 0);
  return "0x" + text;
}

// The C library's and the C++ library's way to main() or to a thread's function.
bool is_plumbing(const Module& module, std::string_view name) {
  return module.file_name().starts_with("libc.so") ||
         module.file_name().starts_with("libstdc++.so") || name == "_start" ||
         name.starts_with("std::");
}

}  // namespace

class Symbols::Modules {
 public:
  Modules() {
    ::dl_iterate_phdr(collect_module, &modules_);
    std::ranges::sort(modules_, {}, &Module::begin);
  }

  [[nodiscard]] Function describe(std::uint64_t address) {
    const auto after = std::ranges::upper_bound(modules_, address, {}, &Module::begin);
    if (after == modules_.begin() || address >= (after - 1)->end) {
      return {intern(hexadecimal(address)), false};
    }
    Module& module = *(after - 1);
    if (!module.symbols) module.symbols.emplace(module.path);
    const std::uint64_t in_file = address - module.base;
    const auto mangled = module.symbols->name_at(in_file);
    const std::string name = mangled ? demangle(std::string(*mangled))
                                     : std::string(module.file_name()) + '+' + hexadecimal(in_file);
    return {intern(name), is_plumbing(module, name)};
  }

 private:
  std::vector<Module> modules_;  // by begin
};

Symbols::Symbols() : modules_(std::make_unique<Modules>()) {}
Symbols::~Symbols() = default;

const Function& Symbols::function_at(std::uint64_t address) {
  const auto [it, is_new] = known_.try_emplace(address);
  if (is_new) it->second = modules_->describe(address);
  return it->second;
}

}  // namespace opscope::profiler::detail
