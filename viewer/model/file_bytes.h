// The bytes of a file, held in memory so that a file that shrinks or vanishes does no harm.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "model/progress.h"
#include "opscope/result.h"

namespace opscope::viewer {

class FileBytes {
 public:
  FileBytes(std::unique_ptr<char[]> data, std::size_t size) : data_(std::move(data)), size_(size) {}

  [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_;
};

// What decompression had to leave out: `warning` is empty when everything was read.
struct ReadFile {
  std::shared_ptr<const FileBytes> bytes;
  std::string warning;
};

// The whole file; gzip is unpacked, and a cut gzip gives what could be unpacked and a warning.
// Fails when the file cannot be read, or with ErrorCode::cancelled.
[[nodiscard]] Result<ReadFile> read_file(const std::string& path, Progress* progress = nullptr);

// `size` bytes at `offset`, without unpacking. Fails with data_loss when the file is shorter.
[[nodiscard]] Result<std::string> read_file_range(const std::string& path, std::uint64_t offset,
                                                  std::uint64_t size);

// The first bytes of a file, at most `limit`; fewer when the file is shorter. Fails,
// without waiting for a writer, when it is a pipe.
[[nodiscard]] Result<std::string> read_file_head(const std::string& path, std::size_t limit);

// `packed` unpacked, at most `limit` bytes of it; what can be unpacked when it is cut or damaged.
[[nodiscard]] std::string gunzip_head(std::string_view packed, std::size_t limit);

}  // namespace opscope::viewer
