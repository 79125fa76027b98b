// A file that is read in pieces, with errors that name it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "opscope/result.h"
#include "opscope/summary/record_reader.h"

namespace opscope::saved_model {

struct DataFile {
  std::shared_ptr<summary::ByteSource> source;
  std::string path;

  // Everything; grows with what is there.
  [[nodiscard]] Result<std::string> read_all() const;
  // Fills `out` from the bytes at `offset`; gives their CRC-32C. Checksums are computed piece by
  // piece while the bytes are in the cache. data_loss where the file ends before.
  [[nodiscard]] Result<std::uint32_t> read(std::uint64_t offset, std::span<char> out) const;
  // Fails with data_loss where the file ends before offset + size.
  [[nodiscard]] Result<void> check_reach(std::uint64_t offset, std::uint64_t size) const;
};

}  // namespace opscope::saved_model
