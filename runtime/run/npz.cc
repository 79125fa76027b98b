#include <zlib.h>

#include <cstring>

#include "run/npy.h"

namespace opscope::run {
namespace {

// The fields of a zip file's records that matter here, by their offsets; all little-endian.
constexpr std::uint32_t kEndMark = 0x06054B50, kEntryMark = 0x02014B50, kLocalMark = 0x04034B50;
constexpr std::size_t kEndBytes = 22, kEntryBytes = 46, kLocalBytes = 30;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint64_t kMostExpansion = 1100;  // no deflated byte becomes more

Error damage(const std::string& path, const std::string& what) {
  return Error(ErrorCode::invalid_argument, path + ": " + what);
}

template <typename T>
T load(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// 64-bit sizes stand in an extra field, in this order, for those that are all ones.
struct Sizes {
  std::uint64_t unpacked;
  std::uint64_t packed;
  std::uint64_t offset;
};
void read_long_sizes(std::string_view extra, Sizes& sizes) {
  while (extra.size() >= 4) {
    const auto size = load<std::uint16_t>(extra, 2);
    if (size > extra.size() - 4) return;
    if (load<std::uint16_t>(extra, 0) == 1) {
      std::string_view rest = extra.substr(4, size);
      for (std::uint64_t* field : {&sizes.unpacked, &sizes.packed, &sizes.offset}) {
        if (*field != 0xFFFFFFFFU || rest.size() < 8) continue;
        *field = load<std::uint64_t>(rest, 0);
        rest.remove_prefix(8);
      }
    }
    extra.remove_prefix(std::size_t{4} + size);
  }
}

Result<std::string> inflate_all(std::string_view packed, std::uint64_t size,
                                const std::string& path) {
  if (size > packed.size() * kMostExpansion + 64) return damage(path, "an impossible size");
  std::string out(static_cast<std::size_t>(size), '\0');
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return damage(path, "zlib failed");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = ::inflate(&stream, Z_FINISH);
  const bool is_whole = outcome == Z_STREAM_END && stream.avail_out == 0;
  ::inflateEnd(&stream);
  if (!is_whole) return damage(path, "an array in the zip is damaged");
  return out;
}

Result<std::string> read_member(std::string_view bytes, const Sizes& sizes, std::uint16_t method,
                                std::uint32_t crc, const std::string& path) {
  const bool has_local = sizes.offset <= bytes.size() && bytes.size() - sizes.offset >= kLocalBytes;
  const auto at = static_cast<std::size_t>(sizes.offset);
  if (!has_local || load<std::uint32_t>(bytes, at) != kLocalMark) {
    return damage(path, "the zip is damaged at byte " + std::to_string(sizes.offset));
  }
  const std::size_t begin =
      at + kLocalBytes + load<std::uint16_t>(bytes, at + 26) + load<std::uint16_t>(bytes, at + 28);
  if (begin > bytes.size() || sizes.packed > bytes.size() - begin || sizes.packed > UINT32_MAX ||
      sizes.unpacked > UINT32_MAX) {
    return damage(path, "an array in the zip is cut short or larger than 4 GiB");
  }
  const std::string_view packed = bytes.substr(begin, static_cast<std::size_t>(sizes.packed));
  if (method != kStored && method != kDeflated) return damage(path, "an unknown compression");
  Result<std::string> member = method == kStored ? Result<std::string>(std::string(packed))
                                                 : inflate_all(packed, sizes.unpacked, path);
  if (!member) return member;
  const auto actual = ::crc32_z(0, reinterpret_cast<const Bytef*>(member->data()), member->size());
  if (actual != crc) return damage(path, "an array in the zip has a wrong checksum");
  return member;
}

std::string without_suffix(std::string name) {
  if (name.size() > 4 && name.compare(name.size() - 4, 4, ".npy") == 0)
    name.resize(name.size() - 4);
  return name;
}

}  // namespace

Result<std::map<std::string, Tensor>> parse_npz(std::string_view bytes, const std::string& path) {
  std::size_t end = bytes.size() < kEndBytes ? std::string_view::npos : bytes.size() - kEndBytes;
  while (end != std::string_view::npos && load<std::uint32_t>(bytes, end) != kEndMark) --end;
  if (end == std::string_view::npos) return damage(path, "the end of the zip is missing");
  std::map<std::string, Tensor> arrays;
  std::size_t at = load<std::uint32_t>(bytes, end + 16);
  for (std::uint16_t left = load<std::uint16_t>(bytes, end + 10); left > 0; --left) {
    if (at > end || end - at < kEntryBytes || load<std::uint32_t>(bytes, at) != kEntryMark) {
      return damage(path, "the list of arrays is damaged");
    }
    const std::size_t name_size = load<std::uint16_t>(bytes, at + 28);
    const std::size_t extra_size = load<std::uint16_t>(bytes, at + 30);
    const std::size_t comment_size = load<std::uint16_t>(bytes, at + 32);
    const std::size_t next = at + kEntryBytes + name_size + extra_size + comment_size;
    if (next > end) return damage(path, "the list of arrays is damaged");
    Sizes sizes{load<std::uint32_t>(bytes, at + 24), load<std::uint32_t>(bytes, at + 20),
                load<std::uint32_t>(bytes, at + 42)};
    read_long_sizes(bytes.substr(at + kEntryBytes + name_size, extra_size), sizes);
    const std::string name(bytes.substr(at + kEntryBytes, name_size));
    const Result<std::string> member =
        read_member(bytes, sizes, load<std::uint16_t>(bytes, at + 10),
                    load<std::uint32_t>(bytes, at + 16), path);
    if (!member) return member.error();
    Result<Tensor> array = parse_npy(*member, path + "[" + without_suffix(name) + "]");
    if (!array) return array.error();
    arrays.emplace(without_suffix(name), std::move(*array));
    at = next;
  }
  return arrays;
}

}  // namespace opscope::run
