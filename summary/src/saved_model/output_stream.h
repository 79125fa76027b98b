// A new file that is written from its beginning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "unique_fd.h"

namespace opscope::saved_model {

// Throws what errno says. Small writes are gathered.
class OutputStream {
 public:
  explicit OutputStream(const std::string& path);

  void write(std::string_view bytes);
  void close(bool is_durable);
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return written_ + pending_.size(); }

 private:
  void flush();
  void write_through(std::string_view bytes);

  std::string path_;
  summary::UniqueFd fd_;
  std::string pending_;
  std::uint64_t written_ = 0;
};

}  // namespace opscope::saved_model
