// The index of a TensorBundle is a sorted table in LevelDB's layout; summary/FORMAT.md draws it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace opscope::saved_model {

inline constexpr std::uint64_t kTableMagic = 0xdb4775248b80fb57U;
inline constexpr std::size_t kFooterBytes = 48;
inline constexpr std::size_t kHandlesBytes = 40;       // of the footer, before the magic
inline constexpr std::size_t kTrailerBytes = 5;        // of a block: its type and checksum
inline constexpr std::size_t kRestartInterval = 16;    // entries whose keys share prefixes
inline constexpr std::size_t kBlockBytes = 256 << 10;  // a data block ends when it has as many

enum class BlockType : std::uint8_t { plain = 0, snappy = 1 };

// Where a block lies; the size is that without the trailer.
struct BlockHandle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

}  // namespace opscope::saved_model
