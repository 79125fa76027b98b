// Reads a sorted table that may be damaged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "opscope/result.h"

namespace opscope::saved_model {

struct TableEntry {
  std::string key;
  std::string_view value;  // inside the bytes that were read
  std::size_t offset = 0;  // of the entry in the file
};

// All entries of the table in `bytes`, in ascending order of their keys; every checksum is
// verified. `path` is for messages. data_loss for damage, unimplemented for a compressed block.
[[nodiscard]] Result<std::vector<TableEntry>> read_table(std::string_view bytes,
                                                         const std::string& path);

}  // namespace opscope::saved_model
