#include "opscope/saved_model/bundle_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "saved_model/bundle_slices.h"
#include "saved_model/data_file.h"
#include "saved_model/entry_codec.h"
#include "saved_model/string_tensor.h"
#include "saved_model/table_reader.h"

namespace opscope::saved_model {
namespace {

constexpr std::int64_t kMostShards = 99999;  // what the file names have digits for

Error damage(const std::string& path, std::uint64_t offset, const std::string& what) {
  return Error(ErrorCode::data_loss, path + ": " + what + ", at byte " + std::to_string(offset));
}

}  // namespace

struct BundleReader::State {
  std::string prefix;
  std::string index_path;
  OpenSource open_source;
  int num_shards = 1;
  std::vector<BundleEntry> entries;
  std::unordered_map<std::string, BundleEntry> parts;  // of partitioned variables, by key
  mutable std::mutex mutex;
  mutable std::unordered_map<int, std::shared_ptr<summary::ByteSource>> files;

  Result<void> take_table(const std::vector<TableEntry>& table) {
    if (table.empty() || !table.front().key.empty()) {
      return damage(index_path, 0, "the header of the tensor bundle is missing");
    }
    const auto header = decode_header(table.front().value);
    if (!header || header->num_shards < 1 || header->num_shards > kMostShards) {
      return damage(index_path, table.front().offset, "the header of the tensor bundle is damaged");
    }
    if (header->is_big_endian || header->min_consumer > kBundleVersion) {
      return Error(ErrorCode::unimplemented,
                   index_path + (header->is_big_endian ? ": a checkpoint of a big-endian machine"
                                                       : ": a checkpoint of a later version"));
    }
    num_shards = static_cast<int>(header->num_shards);
    for (std::size_t i = 1; i < table.size(); ++i) {
      std::optional<BundleEntry> entry = decode_entry(table[i].value);
      if (!entry || entry->shard < 0 || entry->shard >= num_shards) {
        return damage(index_path, table[i].offset, "the entry of a tensor is damaged");
      }
      entry->name = table[i].key;
      if (entry->name.front() == '\0') {
        parts.emplace(table[i].key, std::move(*entry));
      } else {
        entries.push_back(std::move(*entry));
      }
    }
    return {};
  }

  [[nodiscard]] std::string data_path(int shard) const {
    char suffix[64];
    std::snprintf(suffix, sizeof suffix, ".data-%05d-of-%05d", shard, num_shards);
    return prefix + suffix;
  }

  Result<DataFile> data_file(int shard) const {
    const std::lock_guard lock(mutex);
    auto& source = files[shard];
    if (!source) {
      Result<std::unique_ptr<summary::ByteSource>> opened = open_source(data_path(shard));
      if (!opened) return opened.error();
      source = std::move(*opened);
    }
    return DataFile{source, data_path(shard)};
  }

  [[nodiscard]] Error contradiction(const BundleEntry& entry, const std::string& what) const {
    return Error(ErrorCode::data_loss, index_path + ": tensor '" + entry.name + "' " + what +
                                           " (shape " + shape_text(entry.shape) + ", data type " +
                                           std::to_string(entry.data_type) + ", " +
                                           std::to_string(entry.size_bytes) + " bytes)");
  }

  // The bytes that the shape and the type ask for.
  Result<std::size_t> shape_bytes(const BundleEntry& entry) const {
    const std::size_t element = data_type_size(entry.data_type);
    if (element == 0) {
      return Error(ErrorCode::unimplemented,
                   index_path + ": tensor '" + entry.name + "' has the data type " +
                       std::to_string(entry.data_type) + ", whose elements are no plain numbers");
    }
    const std::optional<std::size_t> count = element_count(entry.shape);
    if (!count || *count > SIZE_MAX / 2 / element) {
      return contradiction(entry, "has an impossible shape");
    }
    return *count * element;
  }

  Result<std::size_t> checked_size(const BundleEntry& entry) const {
    const Result<std::size_t> size = shape_bytes(entry);
    if (!size) return size;
    if (!entry.slices.empty()) return check_parts(entry, *size);
    if (*size != entry.size_bytes) {
      return contradiction(entry, "has another size than its shape asks for");
    }
    if (const Result<void> reaches = check_reach(entry); !reaches) return reaches.error();
    return size;
  }

  Result<void> check_reach(const BundleEntry& entry) const {
    const Result<DataFile> file = data_file(entry.shard);
    if (!file) return file.error();
    return file->check_reach(entry.offset_bytes, entry.size_bytes);
  }

  // The parts together must hold what the whole asks for, and be there.
  Result<std::size_t> check_parts(const BundleEntry& entry, std::size_t size) const {
    std::size_t total = 0;
    for (const TensorSlice& slice : entry.slices) {
      const Result<const BundleEntry*> part = find_part(entry, slice);
      if (!part) return part.error();
      const Result<std::size_t> part_size = checked_size(**part);
      if (!part_size) return part_size;
      if (*part_size > size - total) return contradiction(entry, "has parts that overlap");
      total += *part_size;
    }
    if (total != size) return contradiction(entry, "lacks some of its parts");
    return size;
  }

  Result<const BundleEntry*> find_part(const BundleEntry& entry, const TensorSlice& slice) const {
    const auto part = parts.find(slice_key(entry.name, slice));
    if (part == parts.end()) return contradiction(entry, "lacks one of its parts");
    const bool fits = part->second.slices.empty() && part->second.data_type == entry.data_type &&
                      slice_fits(entry.shape, slice, part->second.shape);
    if (!fits) return contradiction(entry, "has a part of another shape or data type");
    return &part->second;
  }

  Result<void> read(const BundleEntry& entry, std::span<char> out) const {
    const Result<std::size_t> size = checked_size(entry);
    if (!size) return size.error();
    if (*size != out.size()) {
      return Error(ErrorCode::invalid_argument,
                   "tensor '" + entry.name + "' has " + std::to_string(*size) +
                       " bytes, room was given for " + std::to_string(out.size()));
    }
    if (entry.slices.empty()) return read_plain(entry, out);
    for (const TensorSlice& slice : entry.slices) {
      const Result<const BundleEntry*> part = find_part(entry, slice);
      if (!part) return part.error();
      std::string bytes(static_cast<std::size_t>((*part)->size_bytes), '\0');
      const Result<void> done = read_plain(**part, bytes);
      if (!done) return done;
      place_slice(entry.shape, slice, data_type_size(entry.data_type), bytes, out);
    }
    return {};
  }

  Result<void> read_plain(const BundleEntry& entry, std::span<char> out) const {
    const Result<DataFile> file = data_file(entry.shard);
    if (!file) return file.error();
    const Result<std::uint32_t> crc = file->read(entry.offset_bytes, out);
    if (!crc) return crc.error();
    if (summary::mask_crc(*crc) != entry.crc) return wrong_checksum(*file, entry);
    return {};
  }

  [[nodiscard]] static Error wrong_checksum(const DataFile& file, const BundleEntry& entry) {
    return damage(file.path, entry.offset_bytes,
                  "the checksum of tensor '" + entry.name + "' (" +
                      std::to_string(entry.size_bytes) + " bytes) is wrong");
  }

  Result<std::vector<std::string>> read_strings(const BundleEntry& entry) const {
    const std::optional<std::size_t> count = element_count(entry.shape);
    // Each string takes at least the byte of its length.
    if (entry.data_type != kDataTypeString || !entry.slices.empty() || !count ||
        *count > entry.size_bytes) {
      return contradiction(entry, "is no tensor of strings");
    }
    if (const Result<void> reaches = check_reach(entry); !reaches) return reaches.error();
    const Result<DataFile> file = data_file(entry.shard);
    if (!file) return file.error();
    std::string bytes(static_cast<std::size_t>(entry.size_bytes), '\0');
    const Result<std::uint32_t> plain_crc = file->read(entry.offset_bytes, bytes);
    if (!plain_crc) return plain_crc.error();
    std::optional<DecodedStrings> decoded = decode_strings(bytes, *count);
    if (!decoded) {
      return damage(file->path, entry.offset_bytes,
                    "the lengths of the strings of tensor '" + entry.name + "' are damaged");
    }
    if (summary::mask_crc(decoded->crc) != entry.crc) return wrong_checksum(*file, entry);
    return std::move(decoded->values);
  }
};

BundleReader::BundleReader(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<BundleReader> BundleReader::open(const std::string& prefix) {
  return open(prefix, summary::open_byte_source);
}

Result<BundleReader> BundleReader::open(const std::string& prefix, const OpenSource& open_source) {
  auto state = std::make_shared<State>();
  state->prefix = prefix;
  state->index_path = prefix + ".index";
  state->open_source = open_source;
  Result<std::unique_ptr<summary::ByteSource>> source = open_source(state->index_path);
  if (!source) return source.error();
  const DataFile file{std::move(*source), state->index_path};
  const Result<std::string> bytes = file.read_all();
  if (!bytes) return bytes.error();
  const Result<std::vector<TableEntry>> table = read_table(*bytes, state->index_path);
  if (!table) return table.error();
  if (const Result<void> taken = state->take_table(*table); !taken) return taken.error();
  return BundleReader(std::move(state));
}

const std::string& BundleReader::prefix() const noexcept { return state_->prefix; }
int BundleReader::num_shards() const noexcept { return state_->num_shards; }
std::span<const BundleEntry> BundleReader::entries() const noexcept { return state_->entries; }

const BundleEntry* BundleReader::find(std::string_view name) const noexcept {
  const auto at = std::lower_bound(
      state_->entries.begin(), state_->entries.end(), name,
      [](const BundleEntry& entry, std::string_view key) { return entry.name < key; });
  return at != state_->entries.end() && at->name == name ? &*at : nullptr;
}

Result<std::size_t> BundleReader::checked_size(const BundleEntry& entry) const {
  return state_->checked_size(entry);
}

Result<void> BundleReader::read(const BundleEntry& entry, std::span<char> out) const {
  return state_->read(entry, out);
}

Result<std::vector<std::string>> BundleReader::read_strings(const BundleEntry& entry) const {
  return state_->read_strings(entry);
}

}  // namespace opscope::saved_model
