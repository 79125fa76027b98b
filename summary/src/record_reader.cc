#include "opscope/summary/record_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "record_frame.h"

namespace opscope::summary {
namespace {

constexpr std::size_t kFirstBufferBytes = std::size_t{256} << 10;

}  // namespace

RecordReader::RecordReader(std::unique_ptr<ByteSource> source, const RecordReaderOptions& options)
    : source_(std::move(source)), options_(options), buffer_(kFirstBufferBytes) {}

Result<RecordRead> RecordReader::next() {
  for (;;) {
    if (const std::optional<RecordRead> read = next_in_buffer()) return *read;
    const Result<std::size_t> added = fill();
    if (!added) return added.error();
    if (*added == 0) return no_more();
  }
}

// Empty when more bytes are needed to tell.
std::optional<RecordRead> RecordReader::next_in_buffer() {
  if (skip_begin_) return end_of_skip();
  const std::string_view bytes = unread();
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  const auto length = parse_record_header(bytes.data(), options_);
  if (!length) {
    skip_begin_ = unread_offset_;
    consume(1);
    return end_of_skip();
  }
  if (*length + kRecordFramingBytes > bytes.size()) return std::nullopt;
  const RecordRead read = read_whole_frame(bytes.data(), *length, unread_offset_, options_);
  consume(static_cast<std::size_t>(read.size_bytes));
  return read;
}

std::optional<RecordRead> RecordReader::end_of_skip() {
  consume(find_record_header(unread(), 0, options_));
  if (unread().size() < kRecordHeaderBytes) return std::nullopt;
  const std::uint64_t begin = *std::exchange(skip_begin_, std::nullopt);
  return RecordRead{
      .status = RecordStatus::skipped, .offset = begin, .size_bytes = unread_offset_ - begin};
}

RecordRead RecordReader::no_more() const {
  RecordRead read;
  read.offset = offset();
  read.size_bytes = unread_offset_ + unread().size() - read.offset;
  read.is_unreadable = skip_begin_.has_value();
  read.status = read.size_bytes == 0 ? RecordStatus::end : RecordStatus::truncated;
  return read;
}

void RecordReader::consume(std::size_t size) noexcept {
  begin_ += size;
  unread_offset_ += size;
}

// Reads more behind what is there. The buffer grows only once it is full of bytes that exist, so a
// record that claims to be huge costs nothing.
Result<std::size_t> RecordReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    begin_ = 0;
  }
  if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const Result<std::size_t> read = source_->read_at(
      unread_offset_ + filled_, buffer_.data() + filled_, buffer_.size() - filled_);
  if (read) filled_ += *read;
  return read;
}

}  // namespace opscope::summary
