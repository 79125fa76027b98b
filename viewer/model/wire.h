// Walking over a serialized protobuf message without a schema and without copying. Tolerant: a
// field that ends behind the bytes is given as far as it goes, and the walk then ends as damaged.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace opscope::viewer {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, length = 2, fixed32 = 5 };

// Reads the fields of one message in their order. Numbers are little-endian on the wire.
class WireReader {
 public:
  explicit WireReader(std::string_view message) noexcept
      : begin_(message.data()), at_(message.data()), end_(message.data() + message.size()) {}

  // Steps to the next field; false at the end and at damage.
  bool next() noexcept {
    if (at_ == end_ || is_damaged_) return false;
    field_begin_ = at_;
    std::uint64_t key = 0;
    if (!read_varint(key) || (key >> 3) == 0 || (key >> 3) > 0x1FFFFFFF) return damaged();
    field_ = static_cast<std::uint32_t>(key >> 3);
    type_ = static_cast<WireType>(key & 7);
    value_ = 0;
    bytes_ = {};
    switch (type_) {
      case WireType::varint:
        return read_varint(value_) || damaged();
      case WireType::length:
        return read_length();
      case WireType::fixed64:
        return read_fixed(8);
      case WireType::fixed32:
        return read_fixed(4);
    }
    return damaged();  // groups, which none of our messages has
  }

  [[nodiscard]] std::uint32_t field() const noexcept { return field_; }
  [[nodiscard]] WireType type() const noexcept { return type_; }
  [[nodiscard]] bool is(std::uint32_t field, WireType type) const noexcept {
    return field_ == field && type_ == type;
  }
  // Of varint and fixed fields.
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }
  [[nodiscard]] std::int64_t signed_value() const noexcept {
    return static_cast<std::int64_t>(value_);
  }
  [[nodiscard]] double double_value() const noexcept { return std::bit_cast<double>(value_); }
  [[nodiscard]] float float_value() const noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value_));
  }
  // Of length fields.
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  // Where the field begins in the message.
  [[nodiscard]] std::size_t field_offset() const noexcept {
    return static_cast<std::size_t>(field_begin_ - begin_);
  }
  // The message ended inside a field or holds what is no field.
  [[nodiscard]] bool is_damaged() const noexcept { return is_damaged_; }

 private:
  bool damaged() noexcept {
    is_damaged_ = true;
    return false;
  }

  bool read_varint(std::uint64_t& value) noexcept {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      result |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        value = result;
        return true;
      }
    }
    return false;
  }

  bool read_length() noexcept {
    std::uint64_t size = 0;
    if (!read_varint(size)) return damaged();
    const auto available = static_cast<std::uint64_t>(end_ - at_);
    if (size > available) {
      is_damaged_ = true;
      size = available;
    }
    bytes_ = std::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }

  bool read_fixed(std::size_t size) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < size) return damaged();
    if (size == 8) {
      std::memcpy(&value_, at_, 8);
    } else {
      std::uint32_t narrow = 0;
      std::memcpy(&narrow, at_, 4);
      value_ = narrow;
    }
    at_ += size;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* field_begin_ = nullptr;
  std::uint64_t value_ = 0;
  std::string_view bytes_;
  std::uint32_t field_ = 0;
  WireType type_ = WireType::varint;
  bool is_damaged_ = false;
};

}  // namespace opscope::viewer
