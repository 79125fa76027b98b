// Reads a TensorBundle: PREFIX.index and PREFIX.data-0000i-of-0000N, as TensorFlow's checkpoints
// and SavedModels have them.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/result.h"
#include "opscope/saved_model/bundle_entry.h"
#include "opscope/summary/record_reader.h"

namespace opscope::saved_model {

// Opens a file for reading; open_byte_source() for real ones.
using OpenSource =
    std::function<Result<std::unique_ptr<summary::ByteSource>>(const std::string& path)>;

// A cheap handle. Data files are opened at the first read of them. Thread-safe.
//
// All failures are errors that name the file and the byte offset: not_found for a missing file,
// data_loss for damage (a wrong checksum, a cut table, entries that contradict their tensor),
// unimplemented for compressed blocks, big-endian files and versions to come. No length read from a
// file makes it allocate before the file is known to hold as many bytes.
class BundleReader {
 public:
  // Reads the whole index, its checksums included.
  [[nodiscard]] static Result<BundleReader> open(const std::string& prefix);
  [[nodiscard]] static Result<BundleReader> open(const std::string& prefix,
                                                 const OpenSource& open_source);

  [[nodiscard]] const std::string& prefix() const noexcept;
  [[nodiscard]] int num_shards() const noexcept;

  // Sorted by name (bytewise). The parts of partitioned variables are not among them.
  [[nodiscard]] std::span<const BundleEntry> entries() const noexcept;
  // Null if there is none.
  [[nodiscard]] const BundleEntry* find(std::string_view name) const noexcept;

  // The size of the tensor's elements in bytes, once the shape, the type, the entry and the length
  // of the data file have been found to agree. For tensors of fixed-size elements.
  [[nodiscard]] Result<std::size_t> checked_size(const BundleEntry& entry) const;
  // Fills `out`, which has checked_size() bytes, and verifies the checksum; row-major, as in
  // memory. Parts of a partitioned variable are put together.
  [[nodiscard]] Result<void> read(const BundleEntry& entry, std::span<char> out) const;
  // The elements of a string tensor, row-major, with the checksums verified.
  [[nodiscard]] Result<std::vector<std::string>> read_strings(const BundleEntry& entry) const;

 private:
  struct State;
  explicit BundleReader(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace opscope::saved_model
