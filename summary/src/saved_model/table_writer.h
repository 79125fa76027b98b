// Writes a sorted table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "saved_model/table_format.h"

namespace opscope::saved_model {

// One block: keys without what they share with the key before, and where the full keys are.
class BlockBuilder {
 public:
  explicit BlockBuilder(std::size_t restart_interval) : interval_(restart_interval) {}

  void add(std::string_view key, std::string_view value);
  // The bytes of the block; the builder is empty then.
  [[nodiscard]] std::string finish();
  [[nodiscard]] std::size_t size_bytes() const noexcept {
    return bytes_.size() + 4 * restarts_.size() + 4;
  }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

 private:
  std::size_t interval_;
  std::size_t since_restart_ = 0;
  std::string bytes_;
  std::string last_key_;
  std::vector<std::uint32_t> restarts_{0};
};

// Builds the table in memory, which is small: an entry for each tensor.
class TableWriter {
 public:
  // Keys must come in ascending order.
  void add(std::string_view key, std::string_view value);
  [[nodiscard]] std::string finish();

 private:
  BlockHandle append_block(std::string_view block);
  void end_data_block();

  std::string file_;
  BlockBuilder data_{kRestartInterval};
  BlockBuilder index_{1};
  std::string last_key_;
  bool has_pending_handle_ = false;  // of a data block whose index key waits for the next key
  BlockHandle pending_;
};

}  // namespace opscope::saved_model
