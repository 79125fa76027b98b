#include "elf_symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace opscope::profiler::detail {
namespace {

constexpr unsigned char kFileClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;

// A file mapped into memory; empty when it cannot be.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat info {};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) {
      const auto size = static_cast<std::size_t>(info.st_size);
      void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (memory != MAP_FAILED) bytes_ = {static_cast<const char*>(memory), size};
    }
    ::close(fd);
  }
  ~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  std::string_view bytes_;
};

// A copy of the struct at `offset`; nothing when it is not wholly within `bytes`.
template <typename T>
std::optional<T> struct_at(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::optional<ElfW(Shdr)> section(std::string_view file, const ElfW(Ehdr) & header,
                                  std::size_t index) {
  if (header.e_shentsize != sizeof(ElfW(Shdr))) return std::nullopt;
  return struct_at<ElfW(Shdr)>(file, header.e_shoff + index * sizeof(ElfW(Shdr)));
}

std::string_view content(std::string_view file, const ElfW(Shdr) & of) {
  if (of.sh_offset > file.size() || of.sh_size > file.size() - of.sh_offset) return {};
  return file.substr(of.sh_offset, of.sh_size);
}

}  // namespace

ElfSymbols::ElfSymbols(const std::string& path) {
  const MappedFile file(path);
  read(file.bytes());
}

void ElfSymbols::read(std::string_view file) {
  const auto header = struct_at<ElfW(Ehdr)>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != kFileClass) {
    return;
  }
  std::optional<ElfW(Shdr)> table;
  for (std::size_t i = 0; i < header->e_shnum; ++i) {
    const auto candidate = section(file, *header, i);
    if (!candidate) return;
    if (candidate->sh_type == SHT_SYMTAB || (candidate->sh_type == SHT_DYNSYM && !table)) {
      table = candidate;
    }
  }
  if (!table) return;
  const auto strings = section(file, *header, table->sh_link);
  if (!strings) return;
  names_ = std::string(content(file, *strings)) + '\0';
  const std::string_view entries = content(file, *table);
  for (std::size_t at = 0; at + sizeof(ElfW(Sym)) <= entries.size(); at += sizeof(ElfW(Sym))) {
    const auto symbol = *struct_at<ElfW(Sym)>(entries, at);
    const unsigned type = symbol.st_info & 0xFU;
    const bool is_function = type == STT_FUNC || type == STT_GNU_IFUNC;
    if (!is_function || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names_.size()) continue;
    symbols_.push_back({symbol.st_value, symbol.st_size, symbol.st_name});
  }
  std::ranges::stable_sort(symbols_, {}, &Symbol::address);
}

std::optional<std::string_view> ElfSymbols::name_at(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  if (after == symbols_.begin()) return std::nullopt;
  const Symbol& symbol = *(after - 1);
  // Functions written in assembly may have no size: they reach to the next one.
  if (symbol.size_bytes != 0 && address - symbol.address >= symbol.size_bytes) return std::nullopt;
  return names_.c_str() + symbol.name;
}

}  // namespace opscope::profiler::detail
