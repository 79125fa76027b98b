#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "crash_dump.h"
#include "opscope/error.h"
#include "wire.h"

namespace opscope::profiler::detail {
namespace {

// A varint may have more bytes than it needs: room for a length below 32 GiB.
constexpr std::size_t kLengthBytes = 5;

std::array<char, kLengthBytes> padded_varint(std::uint64_t value) noexcept {
  std::array<char, kLengthBytes> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  bytes.back() = static_cast<char>(bytes.back() & 0x7F);
  return bytes;
}

}  // namespace

CrashFile::CrashFile(std::string path)
    : path_(std::move(path)), temporary_path_(path_ + ".tmp-" + std::to_string(::getpid())) {
  fd_ = ::open(temporary_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) throw error_from_errno(errno, "create", path_);
}

CrashFile::~CrashFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_path_.c_str());
}

void CrashFile::write(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    if (buffered_ == buffer_.size()) flush();
    const std::size_t size = std::min(bytes.size(), buffer_.size() - buffered_);
    std::copy_n(bytes.data(), size, buffer_.data() + buffered_);
    buffered_ += size;
    bytes.remove_prefix(size);
  }
}

off_t CrashFile::begin_message(unsigned field) noexcept {
  std::array<char, 1 + kLengthBytes> head{};
  put_tag(head.data(), field, WireType::bytes);
  write({head.data(), head.size()});
  return flushed_bytes_ + static_cast<off_t>(buffered_);
}

void CrashFile::end_message(off_t begin) noexcept {
  flush();
  const auto bytes = padded_varint(static_cast<std::uint64_t>(flushed_bytes_ - begin));
  const auto at = begin - static_cast<off_t>(bytes.size());
  static_cast<void>(!::pwrite(fd_, bytes.data(), bytes.size(), at));
}

void CrashFile::flush() noexcept {
  for (std::size_t at = 0; at < buffered_;) {
    const ssize_t written = ::write(fd_, buffer_.data() + at, buffered_ - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    at += static_cast<std::size_t>(written);
    flushed_bytes_ += written;
  }
  buffered_ = 0;
}

void CrashFile::commit() noexcept {
  flush();
  ::close(std::exchange(fd_, -1));
  ::rename(temporary_path_.c_str(), path_.c_str());
}

}  // namespace opscope::profiler::detail
