#include "tag_check.h"

#include "opscope/error.h"
#include "utf8.h"

namespace opscope::summary {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out.push_back(c);
    } else {
      constexpr char kDigits[] = "0123456789abcdef";
      out.append("\\x").append({kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out + "\"";
}

void check_tag(std::string_view tag) {
  if (tag.empty()) throw Error(ErrorCode::invalid_argument, "the tag of a summary is empty");
  if (!is_valid_utf8(tag)) {
    throw Error(ErrorCode::invalid_argument, "the tag " + quoted(tag) + " is not UTF-8");
  }
}

void check_text(std::string_view tag, std::string_view text) {
  if (!is_valid_utf8(text)) {
    throw Error(ErrorCode::invalid_argument, "the text for tag " + quoted(tag) + " is not UTF-8");
  }
}

void check_data_size(std::string_view tag, std::size_t size_bytes) {
  if (size_bytes <= kMaxEventBytes) return;
  throw Error(ErrorCode::invalid_argument,
              "the data for tag " + quoted(tag) + " have " + std::to_string(size_bytes) +
                  " bytes; an event holds less than 2147483648. Write them in parts, or beside "
                  "the log");
}

}  // namespace opscope::summary
