#include "kernels/fingerprint.h"

#include <bit>
#include <cstddef>
#include <utility>

namespace opscope::runtime {
namespace {
using Word = std::uint64_t;

// Primes between 2^63 and 2^64 that the function is defined by.
constexpr Word kPrime0 = 0xc3a5c85c97cb3127u;
constexpr Word kPrime1 = 0xb492b66fbe98f273u;
constexpr Word kPrime2 = 0x9ae16a3b2f90404fu;

// The bytes of a text as little-endian numbers.
class Bytes {
 public:
  explicit Bytes(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] Word byte(std::size_t at) const noexcept {
    return static_cast<unsigned char>(text_[at]);
  }
  [[nodiscard]] Word word32(std::size_t at) const noexcept { return number(at, 4); }
  [[nodiscard]] Word word64(std::size_t at) const noexcept { return number(at, 8); }

 private:
  [[nodiscard]] Word number(std::size_t at, std::size_t size) const noexcept {
    Word value = 0;
    for (std::size_t i = size; i-- > 0;) value = (value << 8) | byte(at + i);
    return value;
  }

  std::string_view text_;
};

Word turned(Word value, int bits) noexcept { return std::rotr(value, bits); }
Word folded(Word value) noexcept { return value ^ (value >> 47); }

Word mixed(Word low, Word high, Word factor) noexcept {
  const Word once = folded((low ^ high) * factor);
  return folded((high ^ once) * factor) * factor;
}

Word hash_upto_16(const Bytes& bytes, std::size_t size) noexcept {
  const Word factor = kPrime2 + size * 2;
  if (size >= 8) {
    const Word a = bytes.word64(0) + kPrime2;
    const Word b = bytes.word64(size - 8);
    return mixed(turned(b, 37) * factor + a, (turned(a, 25) + b) * factor, factor);
  }
  if (size >= 4) {
    return mixed(size + (bytes.word32(0) << 3), bytes.word32(size - 4), factor);
  }
  if (size == 0) return kPrime2;
  const Word y = bytes.byte(0) + (bytes.byte(size / 2) << 8);
  const Word z = size + (bytes.byte(size - 1) << 2);
  return folded(y * kPrime2 ^ z * kPrime0) * kPrime2;
}

// What the two ends of a text of 17 to 64 bytes are mixed into.
struct Ends {
  Word first;
  Word sum;
  Word hash;
};
Ends hash_ends(const Bytes& bytes, std::size_t size, Word prime) noexcept {
  const Word factor = kPrime2 + size * 2;
  const Word a = bytes.word64(0) * prime;
  const Word b = bytes.word64(8);
  const Word c = bytes.word64(size - 8) * factor;
  const Word sum = turned(a + b, 43) + turned(c, 30) + bytes.word64(size - 16) * kPrime2;
  return {a, sum, mixed(sum, a + turned(b + kPrime2, 18) + c, factor)};
}

Word hash_upto_64(const Bytes& bytes, std::size_t size) noexcept {
  const Word factor = kPrime2 + size * 2;
  const Ends ends = hash_ends(bytes, size, kPrime2);
  const Word e = bytes.word64(16) * factor;
  const Word f = bytes.word64(24);
  const Word g = (ends.sum + bytes.word64(size - 32)) * factor;
  const Word h = (ends.hash + bytes.word64(size - 24)) * factor;
  return mixed(turned(e + f, 43) + turned(g, 30) + h, e + turned(f + ends.first, 18) + g, factor);
}

// The state that takes in blocks of 64 bytes.
struct State {
  Word x;
  Word y;
  Word z;
  std::pair<Word, Word> v{};
  std::pair<Word, Word> w{};

  static std::pair<Word, Word> weak(const Bytes& bytes, std::size_t at, Word a, Word b) noexcept {
    const Word last = bytes.word64(at + 24);
    const Word first = a + bytes.word64(at);
    const Word sum = first + bytes.word64(at + 8) + bytes.word64(at + 16);
    return {sum + last, turned(b + first + last, 21) + turned(sum, 44) + first};
  }

  // `weight` is 1 but for the last block.
  void take(const Bytes& bytes, std::size_t at, Word factor, Word weight) noexcept {
    x = turned(x + y + v.first + bytes.word64(at + 8), 37) * factor;
    y = turned(y + v.second + bytes.word64(at + 48), 42) * factor;
    x ^= w.second * weight;
    y += v.first * weight + bytes.word64(at + 40);
    z = turned(z + w.first, 33) * factor;
    v = weak(bytes, at, v.second * factor, x + w.first);
    w = weak(bytes, at + 32, z + w.second, y + bytes.word64(at + 16));
    std::swap(z, x);
  }
};

Word hash_long(const Bytes& bytes, std::size_t size) noexcept {
  constexpr Word kSeed = 81;
  const Word start = kSeed * kPrime1 + 113;
  State state{.x = kSeed * kPrime2 + bytes.word64(0),
              .y = start,
              .z = folded(start * kPrime2 + 113) * kPrime2};
  const std::size_t whole = (size - 1) / 64 * 64;
  for (std::size_t at = 0; at < whole; at += 64) state.take(bytes, at, kPrime1, 1);
  const Word factor = kPrime1 + ((state.z & 0xff) << 1);
  state.w.first += (size - 1) & 63;
  state.v.first += state.w.first;
  state.w.first += state.v.first;
  state.take(bytes, size - 64, factor, 9);
  return mixed(mixed(state.v.first, state.w.first, factor) + folded(state.y) * kPrime0 + state.z,
               mixed(state.v.second, state.w.second, factor) + state.x, factor);
}
}  // namespace

std::uint64_t fingerprint64(std::string_view text) noexcept {
  const Bytes bytes(text);
  if (text.size() <= 16) return hash_upto_16(bytes, text.size());
  if (text.size() <= 32) return hash_ends(bytes, text.size(), kPrime1).hash;
  if (text.size() <= 64) return hash_upto_64(bytes, text.size());
  return hash_long(bytes, text.size());
}

}  // namespace opscope::runtime
