#include "saved_model/table_writer.h"

#include <algorithm>

#include "opscope/summary/crc32c.h"
#include "wire.h"

namespace opscope::saved_model {
namespace {

namespace wire = summary::wire;

void append_varint(std::string& out, std::uint64_t value) {
  char bytes[wire::kMaxVarintBytes];
  out.append(bytes, wire::put_varint(bytes, value));
}

template <typename T>
void append_fixed(std::string& out, T value) {
  char bytes[sizeof value];
  out.append(bytes, wire::put_fixed(bytes, value));
}

std::string encode(const BlockHandle& handle) {
  std::string bytes;
  append_varint(bytes, handle.offset);
  append_varint(bytes, handle.size);
  return bytes;
}

std::size_t shared_prefix(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<long>(most), b.begin()).first - a.begin());
}

// A short key k with a <= k < b.
std::string separator(std::string_view a, std::string_view b) {
  const std::size_t shared = shared_prefix(a, b);
  if (shared >= std::min(a.size(), b.size())) return std::string(a);
  const auto byte = static_cast<unsigned char>(a[shared]);
  if (byte == 0xFF || byte + 1 >= static_cast<unsigned char>(b[shared])) return std::string(a);
  std::string key(a.substr(0, shared + 1));
  key.back() = static_cast<char>(byte + 1);
  return key;
}

// A short key k with a <= k.
std::string successor(std::string_view a) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto byte = static_cast<unsigned char>(a[i]);
    if (byte == 0xFF) continue;
    std::string key(a.substr(0, i + 1));
    key.back() = static_cast<char>(byte + 1);
    return key;
  }
  return std::string(a);
}

}  // namespace

void BlockBuilder::add(std::string_view key, std::string_view value) {
  std::size_t shared = 0;
  if (since_restart_ == interval_) {
    restarts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    since_restart_ = 0;
  } else if (since_restart_ > 0) {
    shared = shared_prefix(last_key_, key);
  }
  append_varint(bytes_, shared);
  append_varint(bytes_, key.size() - shared);
  append_varint(bytes_, value.size());
  bytes_.append(key.substr(shared)).append(value);
  last_key_ = key;
  ++since_restart_;
}

std::string BlockBuilder::finish() {
  for (const std::uint32_t restart : restarts_) append_fixed(bytes_, restart);
  append_fixed(bytes_, static_cast<std::uint32_t>(restarts_.size()));
  std::string block = std::move(bytes_);
  *this = BlockBuilder(interval_);
  return block;
}

BlockHandle TableWriter::append_block(std::string_view block) {
  const BlockHandle handle{file_.size(), block.size()};
  file_ += block;
  file_ += static_cast<char>(BlockType::plain);
  const auto crc =
      summary::masked_crc32c(std::string_view(file_).substr(handle.offset, block.size() + 1));
  append_fixed(file_, static_cast<std::uint32_t>(crc));
  return handle;
}

void TableWriter::end_data_block() {
  pending_ = append_block(data_.finish());
  has_pending_handle_ = true;
}

void TableWriter::add(std::string_view key, std::string_view value) {
  if (has_pending_handle_) {
    index_.add(separator(last_key_, key), encode(pending_));
    has_pending_handle_ = false;
  }
  data_.add(key, value);
  last_key_ = key;
  if (data_.size_bytes() >= kBlockBytes) end_data_block();
}

std::string TableWriter::finish() {
  if (!data_.empty()) end_data_block();
  const BlockHandle meta = append_block(BlockBuilder(1).finish());
  if (has_pending_handle_) index_.add(successor(last_key_), encode(pending_));
  const BlockHandle index = append_block(index_.finish());
  std::string footer = encode(meta) + encode(index);
  footer.resize(kHandlesBytes, '\0');
  append_fixed(footer, kTableMagic);
  return std::move(file_) + footer;
}

}  // namespace opscope::saved_model
