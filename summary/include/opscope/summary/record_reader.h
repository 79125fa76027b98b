// Reading TFRecord frames (summary/FORMAT.md) from files that may be damaged or still growing.
//
// Two forms of the same reader: RecordScanner over bytes in memory (a mapped file), without a
// copy, and RecordReader over a ByteSource. Neither is thread-safe; both may move to other threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/result.h"

namespace opscope::summary {

enum class RecordStatus {
  record,       // a whole record
  bad_payload,  // a whole record whose payload checksum is wrong; the payload is given all the same
  skipped,      // bytes that are no records: passed over up to the next good length and checksum
  truncated,    // no more now: the data end inside a record or inside unreadable bytes
  end,          // no more now: the data end behind a record
};

// What was found at `offset`. After truncated and end, call again when there may be more data:
// nothing is lost.
struct RecordRead {
  RecordStatus status = RecordStatus::end;
  std::string_view payload;      // for record and bad_payload
  std::uint64_t offset = 0;      // of the first byte of the frame, the skipped or the cut bytes
  std::uint64_t size_bytes = 0;  // of the frame, of what was skipped, or of what is there of a cut
                                 // record
  // truncated only: the bytes at `offset` hold no header, so they will be skipped unless what
  // follows them shows otherwise. When false they are the beginning of a record.
  bool is_unreadable = false;
};

struct RecordReaderOptions {
  // When false, payload checksums are not computed and bad_payload does not occur.
  bool check_payload = true;
  // A length beyond this counts as damage although its checksum agrees. An event is a protobuf
  // message, which ends at 2 GiB.
  std::uint64_t max_payload_bytes = (std::uint64_t{1} << 31) - 1;
};

// Reads records from bytes in memory. Payloads point into those bytes.
class RecordScanner {
 public:
  explicit RecordScanner(std::string_view bytes, const RecordReaderOptions& options = {}) noexcept
      : bytes_(bytes), options_(options) {}

  [[nodiscard]] RecordRead next() noexcept;

  // Goes on with `bytes`, which begin with what was there before: the same file, mapped again.
  void set_bytes(std::string_view bytes) noexcept { bytes_ = bytes; }

  // Where the next frame begins. A scanner for the same data may start here.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  void set_offset(std::uint64_t offset) noexcept { offset_ = searched_to_ = offset; }

 private:
  std::string_view bytes_;
  RecordReaderOptions options_;
  std::uint64_t offset_ = 0;
  std::uint64_t searched_to_ = 0;  // no header begins in [offset_, searched_to_)
};

// Bytes that can be read at any place and whose end may move.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Reads up to `size` bytes at `offset`; gives how many there were, 0 at the present end.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, char* buffer,
                                                    std::size_t size) = 0;
};

// The bytes of a file, by pread. Errors name the path: not_found, permission_denied, and so on.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_byte_source(const std::string& path);

// Reads records from a source. A payload is valid until the next call of next(). Memory follows
// the bytes that are really there, never the length that a record claims.
class RecordReader {
 public:
  explicit RecordReader(std::unique_ptr<ByteSource> source,
                        const RecordReaderOptions& options = {});

  // Fails only where the source fails; then the same record is tried again by the next call.
  [[nodiscard]] Result<RecordRead> next();

  // Where the next frame begins.
  [[nodiscard]] std::uint64_t offset() const noexcept {
    return skip_begin_.value_or(unread_offset_);
  }

 private:
  [[nodiscard]] std::string_view unread() const noexcept {
    return {buffer_.data() + begin_, filled_ - begin_};
  }
  void consume(std::size_t size) noexcept;
  std::optional<RecordRead> next_in_buffer();
  std::optional<RecordRead> end_of_skip();
  RecordRead no_more() const;
  Result<std::size_t> fill();

  std::unique_ptr<ByteSource> source_;
  RecordReaderOptions options_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // buffer_[begin_, filled_) is read from the source but not yet used
  std::size_t filled_ = 0;
  std::uint64_t unread_offset_ = 0;          // the place of buffer_[begin_] in the source
  std::optional<std::uint64_t> skip_begin_;  // where the unreadable bytes began
};

}  // namespace opscope::summary
