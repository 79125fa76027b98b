// The protobuf wire format: the part of it that events need. See summary/FORMAT.md.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace opscope::summary::wire {

static_assert(std::endian::native == std::endian::little,
              "fixed-size values are copied as they lie in memory");

enum class WireType : std::uint32_t {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  start_group = 3,
  end_group = 4,
  fixed32 = 5,
};

template <typename T>
T load(const char* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// ---- Writing. The caller sees to it that there is room. ----

inline constexpr std::size_t kMaxVarintBytes = 10;

template <typename T>
char* put_fixed(char* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

inline char* put_bytes(char* to, std::string_view bytes) noexcept {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

inline char* put_varint(char* to, std::uint64_t value) noexcept {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}

constexpr std::size_t varint_size(std::uint64_t value) noexcept {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// The byte before a value: for field numbers up to 15.
constexpr char key(std::uint32_t field, WireType type) noexcept {
  return static_cast<char>((field << 3) | static_cast<std::uint32_t>(type));
}

// The size of a length-delimited field with a one-byte key.
constexpr std::size_t bytes_field_size(std::size_t content) noexcept {
  return 1 + varint_size(content) + content;
}

inline char* put_bytes_key(char* to, std::uint32_t field, std::size_t size) noexcept {
  *to++ = key(field, WireType::bytes);
  return put_varint(to, size);
}

inline char* put_bytes_field(char* to, std::uint32_t field, std::string_view bytes) noexcept {
  return put_bytes(put_bytes_key(to, field, bytes.size()), bytes);
}

// ---- Reading ----

struct Field {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::uint64_t number_value = 0;  // varint, fixed32, fixed64: the bits
  std::string_view bytes;          // length-delimited
};

// Walks over the fields of a message.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) noexcept
      : next_(message.data()), end_(message.data() + message.size()) {}

  // The next field; empty at the end and at damage. Groups count as damage: no format here has
  // them.
  std::optional<Field> next() noexcept {
    if (next_ == end_) return std::nullopt;
    Field field;
    const std::optional<std::uint64_t> tag = varint();
    if (!tag || (*tag >> 3) == 0 || (*tag >> 3) > 0x1FFFFFFF) return damaged();
    field.number = static_cast<std::uint32_t>(*tag >> 3);
    field.type = static_cast<WireType>(*tag & 7);
    return read_value(field) ? std::optional(field) : damaged();
  }

  // The next varint of a packed field.
  std::optional<std::uint64_t> varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && next_ != end_; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*next_++);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    is_damaged_ = true;
    return std::nullopt;
  }

  [[nodiscard]] bool is_damaged() const noexcept { return is_damaged_; }
  // What next() has not reached.
  [[nodiscard]] std::string_view rest() const noexcept {
    return {next_, static_cast<std::size_t>(end_ - next_)};
  }

 private:
  bool read_value(Field& field) noexcept {
    switch (field.type) {
      case WireType::varint: {
        const std::optional<std::uint64_t> value = varint();
        field.number_value = value.value_or(0);
        return value.has_value();
      }
      case WireType::fixed64:
        return read_fixed<std::uint64_t>(field);
      case WireType::fixed32:
        return read_fixed<std::uint32_t>(field);
      case WireType::bytes: {
        const std::optional<std::uint64_t> size = varint();
        if (!size || *size > rest().size()) return false;
        field.bytes = {next_, static_cast<std::size_t>(*size)};
        next_ += *size;
        return true;
      }
      default:
        return false;
    }
  }

  template <typename T>
  bool read_fixed(Field& field) noexcept {
    if (rest().size() < sizeof(T)) return false;
    field.number_value = load<T>(next_);
    next_ += sizeof(T);
    return true;
  }

  std::optional<Field> damaged() noexcept {
    is_damaged_ = true;
    return std::nullopt;
  }

  const char* next_;
  const char* end_;
  bool is_damaged_ = false;
};

}  // namespace opscope::summary::wire
