#include "opscope/summary/record_reader.h"
#include "record_frame.h"

namespace opscope::summary {

RecordRead RecordScanner::next() noexcept {
  const std::uint64_t available = bytes_.size() > offset_ ? bytes_.size() - offset_ : 0;
  if (available == 0) return {.status = RecordStatus::end, .offset = offset_};
  const RecordRead cut{
      .status = RecordStatus::truncated, .offset = offset_, .size_bytes = available};

  if (searched_to_ == offset_) {
    if (available < kRecordHeaderBytes) return cut;
    const char* const frame = bytes_.data() + offset_;
    if (const auto length = parse_record_header(frame, options_)) {
      if (*length + kRecordFramingBytes > available) return cut;
      const RecordRead read = read_whole_frame(frame, *length, offset_, options_);
      set_offset(offset_ + read.size_bytes);
      return read;
    }
    ++searched_to_;
  }
  searched_to_ = find_record_header(bytes_, static_cast<std::size_t>(searched_to_), options_);
  if (searched_to_ + kRecordHeaderBytes > bytes_.size()) {
    RecordRead unreadable = cut;
    unreadable.is_unreadable = true;
    return unreadable;
  }
  const RecordRead skipped{
      .status = RecordStatus::skipped, .offset = offset_, .size_bytes = searched_to_ - offset_};
  offset_ = searched_to_;
  return skipped;
}

}  // namespace opscope::summary
