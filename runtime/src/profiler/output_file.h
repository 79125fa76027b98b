// A file that appears under its name only when it is whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace opscope::profiler::detail {

// Writes `<path>.tmp-<pid>-<n>` through a buffer of one megabyte and renames it to `path`.
class OutputFile {
 public:
  // Throws Error with the path.
  explicit OutputFile(std::string path);
  // Removes the temporary file unless commit() succeeded.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);

  // Writes the rest, closes and renames. Throws Error with the path.
  void commit();

 private:
  void flush();
  void write_fully(const char* data, std::size_t size);
  [[noreturn]] void fail(std::string_view operation);

  std::string path_;
  std::string temporary_path_;
  int fd_ = -1;
  std::unique_ptr<char[]> buffer_;
  std::size_t buffered_ = 0;
};

}  // namespace opscope::profiler::detail
