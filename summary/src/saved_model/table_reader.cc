#include "saved_model/table_reader.h"

#include <optional>

#include "opscope/summary/crc32c.h"
#include "saved_model/table_format.h"
#include "wire.h"

namespace opscope::saved_model {
namespace {

namespace wire = summary::wire;

// Reads varints and fixed numbers from the front of `rest`.
struct Cursor {
  std::string_view rest;

  std::optional<std::uint64_t> varint() noexcept {
    wire::FieldReader reader(rest);
    const auto value = reader.varint();
    if (value) rest = reader.rest();
    return value;
  }
  std::optional<std::string_view> take(std::uint64_t size) noexcept {
    if (size > rest.size()) return std::nullopt;
    const std::string_view taken = rest.substr(0, static_cast<std::size_t>(size));
    rest.remove_prefix(taken.size());
    return taken;
  }
};

std::optional<BlockHandle> read_handle(Cursor& cursor) noexcept {
  const auto offset = cursor.varint();
  const auto size = offset ? cursor.varint() : std::nullopt;
  if (!size) return std::nullopt;
  return BlockHandle{*offset, *size};
}

class Table {
 public:
  Table(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  Result<std::vector<TableEntry>> read() {
    if (bytes_.size() < kFooterBytes) return damage(bytes_.size(), "the table is cut short");
    const std::size_t footer = bytes_.size() - kFooterBytes;
    if (wire::load<std::uint64_t>(bytes_.data() + footer + kHandlesBytes) != kTableMagic) {
      return damage(footer + kHandlesBytes, "no table ends here (its magic number is missing)");
    }
    Cursor handles{bytes_.substr(footer, kHandlesBytes)};
    const auto meta = read_handle(handles);
    const auto index = meta ? read_handle(handles) : std::nullopt;
    if (!index) return damage(footer, "the footer is damaged");
    std::vector<TableEntry> blocks;
    if (auto error = read_block(*index, blocks)) return *error;
    std::vector<TableEntry> entries;
    for (const TableEntry& block : blocks) {
      Cursor cursor{block.value};
      const auto handle = read_handle(cursor);
      if (!handle) return damage(block.offset, "the place of a block is damaged");
      // Blocks that overlap would give more than the file holds.
      if (handle->offset < next_block_) return damage(block.offset, "blocks overlap");
      if (auto error = read_block(*handle, entries)) return *error;
      next_block_ = handle->offset + handle->size;
    }
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i - 1].key >= entries[i].key) {
        return damage(entries[i].offset, "the keys are not in order");
      }
    }
    return entries;
  }

 private:
  [[nodiscard]] Error damage(std::size_t offset, const std::string& what) const {
    return Error(ErrorCode::data_loss, path_ + ": " + what + ", at byte " + std::to_string(offset));
  }

  // The bytes of a block whose checksum is right.
  [[nodiscard]] Result<std::string_view> block_bytes(const BlockHandle& handle) const {
    const std::size_t end = bytes_.size() - kFooterBytes;
    if (handle.offset > end || handle.size > end - handle.offset ||
        end - handle.offset - handle.size < kTrailerBytes) {
      return damage(bytes_.size() - kFooterBytes,
                    "a block of " + std::to_string(handle.size) + " bytes at byte " +
                        std::to_string(handle.offset) + " would lie outside the file");
    }
    const auto offset = static_cast<std::size_t>(handle.offset);
    const auto size = static_cast<std::size_t>(handle.size);
    const auto stored = wire::load<std::uint32_t>(bytes_.data() + offset + size + 1);
    const auto actual =
        static_cast<std::uint32_t>(summary::masked_crc32c(bytes_.substr(offset, size + 1)));
    if (stored != actual) {
      return damage(offset, "a block of " + std::to_string(size) + " bytes has a wrong checksum");
    }
    const auto type = static_cast<BlockType>(bytes_[offset + size]);
    if (type == BlockType::snappy) {
      return Error(ErrorCode::unimplemented, path_ + ": the block at byte " +
                                                 std::to_string(offset) +
                                                 " is compressed with Snappy; TensorFlow writes "
                                                 "checkpoints uncompressed");
    }
    if (type != BlockType::plain) return damage(offset + size, "a block of an unknown type");
    return bytes_.substr(offset, size);
  }

  std::optional<Error> read_block(const BlockHandle& handle, std::vector<TableEntry>& out) {
    const Result<std::string_view> block = block_bytes(handle);
    if (!block) return block.error();
    const std::size_t size = block->size();
    const auto begin = static_cast<std::size_t>(block->data() - bytes_.data());
    const std::uint32_t restarts =
        size < 4 ? 0 : wire::load<std::uint32_t>(block->data() + size - 4);
    if (size < 4 || restarts > (size - 4) / 4) {
      return damage(begin + size, "the restart table of a block is damaged");
    }
    Cursor cursor{block->substr(0, size - 4 - 4 * std::size_t{restarts})};
    std::string key;
    while (!cursor.rest.empty()) {
      const auto offset = static_cast<std::size_t>(cursor.rest.data() - bytes_.data());
      const auto shared = cursor.varint();
      const auto unshared = shared ? cursor.varint() : std::nullopt;
      const auto value_size = unshared ? cursor.varint() : std::nullopt;
      const auto suffix = value_size ? cursor.take(*unshared) : std::nullopt;
      const auto value = suffix ? cursor.take(*value_size) : std::nullopt;
      if (!value || *shared > key.size()) return damage(offset, "an entry is damaged");
      key.resize(static_cast<std::size_t>(*shared));
      key += *suffix;
      key_bytes_ += key.size();
      if (key_bytes_ > kMostKeyBytes + kMostKeyGrowth * bytes_.size()) {
        return damage(offset, "the names are too long to be true");
      }
      out.push_back({key, *value, offset});
    }
    return std::nullopt;
  }

  // Shared prefixes let a small file spell out long keys again and again: how much longer than the
  // file they may become.
  static constexpr std::size_t kMostKeyGrowth = 64;
  static constexpr std::size_t kMostKeyBytes = 1 << 20;

  std::string_view bytes_;
  const std::string& path_;
  std::uint64_t next_block_ = 0;
  std::size_t key_bytes_ = 0;
};

}  // namespace

Result<std::vector<TableEntry>> read_table(std::string_view bytes, const std::string& path) {
  return Table(bytes, path).read();
}

}  // namespace opscope::saved_model
