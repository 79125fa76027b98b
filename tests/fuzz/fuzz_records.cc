// Records and events from any bytes: no crash, every byte accounted for, both readers agree.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "opscope/summary/event_reader.h"
#include "opscope/summary/record_reader.h"

namespace {

using namespace opscope::summary;  // NOLINT(google-build-using-namespace)

void require(bool is_true) {
  if (!is_true) std::abort();
}

class Bytes : public ByteSource {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  opscope::Result<std::size_t> read_at(std::uint64_t offset, char* buffer,
                                       std::size_t size) override {
    if (offset >= bytes_.size()) return std::size_t{0};
    // Never all of it, so that records come in parts.
    const std::size_t given = std::min<std::size_t>({size, bytes_.size() - offset, 7});
    std::memcpy(buffer, bytes_.data() + offset, given);
    return given;
  }

 private:
  std::string_view bytes_;
};

void read_event(std::string_view record) {
  const auto event = parse_event(record);
  if (!event) return;
  if (event->kind == EventKind::tagged_run_metadata) {
    static_cast<void>(parse_tagged_run_metadata(event->body));
  }
  ValueCursor values(event->body);
  while (const auto value = values.next()) {
    if (value->metadata) static_cast<void>(parse_metadata(*value->metadata));
    static_cast<void>(scalar_from_tensor(value->body));
  }
}

bool is_equal(const RecordRead& a, const RecordRead& b) {
  return a.status == b.status && a.payload == b.payload && a.offset == b.offset &&
         a.size_bytes == b.size_bytes && a.is_unreadable == b.is_unreadable;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_event(bytes);
  RecordScanner scanner(bytes);
  RecordReader reader(std::make_unique<Bytes>(bytes));
  std::uint64_t accounted = 0;
  for (;;) {
    const RecordRead read = scanner.next();
    require(is_equal(read, reader.next().value()));
    require(read.offset == accounted);
    accounted += read.size_bytes;
    if (read.status == RecordStatus::end || read.status == RecordStatus::truncated) break;
    read_event(read.payload);
  }
  require(accounted == size);
  return 0;
}
