// Files in memory, for readers that open by name.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "opscope/saved_model/bundle_reader.h"

namespace opscope::testing {

// Path to bytes; the reader shares them.
using MemoryFiles = std::map<std::string, std::string>;

class MemorySource : public summary::ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t size) override {
    if (offset >= bytes_.size()) return std::size_t{0};
    const std::size_t given = std::min(size, bytes_.size() - static_cast<std::size_t>(offset));
    std::memcpy(buffer, bytes_.data() + offset, given);
    return given;
  }

 private:
  std::string bytes_;
};

[[nodiscard]] inline saved_model::OpenSource open_from(const MemoryFiles& files) {
  return [&files](const std::string& path) -> Result<std::unique_ptr<summary::ByteSource>> {
    const auto file = files.find(path);
    if (file == files.end()) return Error(ErrorCode::not_found, "open " + path + ": not there");
    return std::unique_ptr<summary::ByteSource>(std::make_unique<MemorySource>(file->second));
  };
}

}  // namespace opscope::testing
