#include "model/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace opscope::viewer {
namespace {

class Descriptor {
 public:
  // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
  explicit Descriptor(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// Reads until `size` bytes are there or the file ends; gives how many, or -1 with errno.
ssize_t read_fully(int fd, char* buffer, std::size_t size, std::uint64_t offset,
                   Progress* progress) {
  constexpr std::size_t kPiece = std::size_t{8} << 20;
  std::size_t done = 0;
  while (done < size && !is_cancelled(progress)) {
    const ssize_t got = ::pread(fd, buffer + done, std::min(kPiece, size - done),
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
    if (progress != nullptr) progress->bytes_done += static_cast<std::uint64_t>(got);
  }
  return static_cast<ssize_t>(done);
}

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

// Unpacks every member of a gzip file, growing the buffer as it goes.
class Inflater {
 public:
  Inflater() { is_open_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_open_) inflateEnd(&stream_);
  }

  // True when everything up to the end of `packed` was unpacked and its checksum is right, or
  // `limit` bytes were reached.
  bool run(std::string_view packed, std::size_t limit, const Progress* progress) {
    capacity_ =
        std::clamp<std::size_t>(packed.size() * 4, 4096, std::max<std::size_t>(limit, 4096));
    data_ = std::make_unique_for_overwrite<char[]>(capacity_);
    while (is_open_ && size_ < limit && !is_cancelled(progress)) {
      if (stream_.avail_in == 0) take_input(packed);
      if (size_ == capacity_) grow();
      const uInt room = static_cast<uInt>(std::min<std::size_t>(capacity_ - size_, kChunk));
      stream_.next_out = reinterpret_cast<Bytef*>(data_.get() + size_);
      stream_.avail_out = room;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      size_ += room - stream_.avail_out;
      if (status == Z_STREAM_END) {
        if (stream_.avail_in == 0 && used_ == packed.size()) return true;
        if (inflateReset(&stream_) != Z_OK) return false;
      } else if (status != Z_OK) {
        return false;
      }
    }
    return size_ >= limit;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;

 private:
  static constexpr std::size_t kChunk = std::size_t{1} << 30;

  void take_input(std::string_view packed) {
    const std::size_t chunk = std::min(kChunk, packed.size() - used_);
    // zlib does not write through next_in; the cast is for its C interface.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + used_));
    stream_.avail_in = static_cast<uInt>(chunk);
    used_ += chunk;
  }

  void grow() {
    const std::size_t capacity = capacity_ * 2;
    auto data = std::make_unique_for_overwrite<char[]>(capacity);
    std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  z_stream stream_{};
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  bool is_open_ = false;
};

}  // namespace

Result<ReadFile> read_file(const std::string& path, Progress* progress) {
  const Descriptor file(path);
  if (file.get() < 0) return error_from_errno(errno, "open", path);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return error_from_errno(errno, "read", path);
  if (S_ISDIR(facts.st_mode)) return error_from_errno(EISDIR, "read", path);
  const auto size = static_cast<std::size_t>(std::max<off_t>(facts.st_size, 0));
  if (progress != nullptr) progress->bytes_total += size;
  auto data = std::make_unique_for_overwrite<char[]>(std::max<std::size_t>(size, 1));
  const ssize_t got = read_fully(file.get(), data.get(), size, 0, progress);
  if (got < 0) return error_from_errno(errno, "read", path);
  if (is_cancelled(progress)) return Error(ErrorCode::cancelled, "reading " + path + " cancelled");
  const std::string_view view(data.get(), static_cast<std::size_t>(got));
  if (!is_gzip(view)) {
    return ReadFile{std::make_shared<FileBytes>(std::move(data), view.size()), ""};
  }
  Inflater inflater;
  const bool is_whole = inflater.run(view, std::numeric_limits<std::size_t>::max(), progress);
  if (is_cancelled(progress)) return Error(ErrorCode::cancelled, "reading " + path + " cancelled");
  std::string warning;
  if (!is_whole) {
    warning = path + ": the gzip data are cut or damaged; " + std::to_string(inflater.size_) +
              " bytes could be unpacked";
  }
  return ReadFile{std::make_shared<FileBytes>(std::move(inflater.data_), inflater.size_),
                  std::move(warning)};
}

Result<std::string> read_file_range(const std::string& path, std::uint64_t offset,
                                    std::uint64_t size) {
  const Descriptor file(path);
  if (file.get() < 0) return error_from_errno(errno, "open", path);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return error_from_errno(errno, "read", path);
  const auto file_size = static_cast<std::uint64_t>(std::max<off_t>(facts.st_size, 0));
  if (offset > file_size || size > file_size - offset) {
    return Error(ErrorCode::data_loss, path + " has become shorter: wanted " +
                                           std::to_string(size) + " bytes at offset " +
                                           std::to_string(offset) + ", it has " +
                                           std::to_string(file_size));
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const ssize_t got = read_fully(file.get(), bytes.data(), bytes.size(), offset, nullptr);
  if (got < 0) return error_from_errno(errno, "read", path);
  if (static_cast<std::size_t>(got) != bytes.size()) {
    return Error(ErrorCode::data_loss, path + " has become shorter while it was read");
  }
  return bytes;
}

Result<std::string> read_file_head(const std::string& path, std::size_t limit) {
  const Descriptor file(path);
  if (file.get() < 0) return error_from_errno(errno, "open", path);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return error_from_errno(errno, "read", path);
  if (S_ISFIFO(facts.st_mode)) {
    return Error(ErrorCode::invalid_argument,
                 path + " is a pipe, which cannot be read twice, write it to a file first");
  }
  std::string bytes(limit, '\0');
  const ssize_t got = read_fully(file.get(), bytes.data(), limit, 0, nullptr);
  if (got < 0) return error_from_errno(errno, "read", path);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

std::string gunzip_head(std::string_view packed, std::size_t limit) {
  if (!is_gzip(packed)) return {};
  Inflater inflater;
  inflater.run(packed, limit, nullptr);
  return std::string(inflater.data_.get(), std::min(inflater.size_, limit));
}

}  // namespace opscope::viewer
