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

// Where a demangled name goes on behind "operator" and its symbol, which may look like brackets.
std::size_t end_of_operator(std::string_view text, std::size_t at) {
  constexpr std::string_view kOperator = "operator";
  if (!text.substr(at).starts_with(kOperator)) return at;
  at += kOperator.size();
  if (text.substr(at).starts_with("()")) return at + 2;
  const auto is_symbol = [](char c) {
    return std::string_view("<>=!+-*/%^&|~,[]").find(c) != std::string_view::npos;
  };
  while (at < text.size() && is_symbol(text[at])) ++at;
  if (at < text.size() && text[at] == ' ') ++at;
  return at;
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

std::string short_function_name(std::string_view demangled) {
  // Outside of all brackets: the last space before the parameters ends the type of the result.
  int depth = 0;
  std::size_t begin = 0;
  std::size_t at = 0;
  for (; at < demangled.size(); ++at) {
    const std::size_t behind = end_of_operator(demangled, at);
    if (behind != at) {
      at = behind;
      if (at >= demangled.size()) break;
    }
    const char c = demangled[at];
    if (c == '(' && depth == 0 && at != begin &&
        !demangled.substr(at).starts_with("(anonymous namespace)")) {
      // "f(int)::{lambda()#1}::operator()() const" goes on behind its first parameters.
      const std::size_t more = demangled.find(")::", at);
      if (more == std::string_view::npos) break;
    }
    if (c == '(' || c == '<' || c == '{') ++depth;
    if (c == ')' || c == '>' || c == '}') --depth;
    if (c == ' ' && depth == 0) begin = at + 1;
  }
  return std::string(demangled.substr(begin, at - begin));
}

class Symbols::Modules {
 public:
  Modules() {
    ::dl_iterate_phdr(collect_module, &modules_);
    std::ranges::sort(modules_, {}, &Module::begin);
  }

  [[nodiscard]] Function describe(std::uint64_t address) {
    const auto after = std::ranges::upper_bound(modules_, address, {}, &Module::begin);
    if (after == modules_.begin() || address >= (after - 1)->end) {
      return {};
    }
    Module& module = *(after - 1);
    if (!module.symbols) module.symbols.emplace(module.path);
    const std::uint64_t in_file = address - module.base;
    const auto mangled = module.symbols->name_at(in_file);
    const std::string name = mangled ? short_function_name(demangle(std::string(*mangled)))
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
