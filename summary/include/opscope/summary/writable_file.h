// The file below a writer, as an interface, so that a failing disk can be tried in a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace opscope::summary {

// What a write did: how many of the bytes were taken, and, where not all, the errno of what stopped
// it.
struct WriteOutcome {
  std::size_t bytes_written = 0;
  int error_number = 0;
};

// A file that one thread at a time writes. No function throws.
class WritableFile {
 public:
  WritableFile() = default;
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;
  virtual ~WritableFile() = default;

  // Writes `bytes` at `offset`, as many as it can.
  [[nodiscard]] virtual WriteOutcome write_at(std::uint64_t offset,
                                              std::string_view bytes) noexcept = 0;
  // Puts what was written on the device; gives an errno or 0.
  [[nodiscard]] virtual int sync() noexcept = 0;
  // False once the file has been removed from its directory.
  [[nodiscard]] virtual bool is_reachable() noexcept = 0;
};

// Makes a new file. Throws Error: already_exists when there is one at `path`, else what errno says.
using FileFactory = std::function<std::unique_ptr<WritableFile>(const std::string& path)>;

// The FileFactory for real files.
[[nodiscard]] std::unique_ptr<WritableFile> create_disk_file(const std::string& path);

}  // namespace opscope::summary
