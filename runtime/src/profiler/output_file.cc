#include "output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "opscope/error.h"

namespace opscope::profiler::detail {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

std::string temporary_name(const std::string& path) {
  static constinit std::atomic<unsigned> next{0};
  return path + ".tmp-" + std::to_string(::getpid()) + "-" +
         std::to_string(next.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace

OutputFile::OutputFile(std::string path)
    : path_(std::move(path)),
      temporary_path_(temporary_name(path_)),
      fd_(::open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)),
      buffer_(new char[kBufferBytes]) {
  if (fd_ < 0) fail("create");
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

void OutputFile::fail(std::string_view operation) {
  throw error_from_errno(errno, operation, path_);
}

void OutputFile::write(std::string_view bytes) {
  if (bytes.size() > kBufferBytes - buffered_) flush();
  if (bytes.size() > kBufferBytes) {
    write_fully(bytes.data(), bytes.size());
    return;
  }
  std::memcpy(buffer_.get() + buffered_, bytes.data(), bytes.size());
  buffered_ += bytes.size();
}

void OutputFile::flush() {
  write_fully(buffer_.get(), buffered_);
  buffered_ = 0;
}

void OutputFile::write_fully(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd_, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

void OutputFile::commit() {
  flush();
  if (::close(std::exchange(fd_, -1)) != 0) fail("close");
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) fail("rename to");
  temporary_path_.clear();
}

}  // namespace opscope::profiler::detail
