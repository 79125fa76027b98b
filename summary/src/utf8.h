// Whether text is UTF-8.
#pragma once

#include <string_view>

namespace opscope::summary {

// By RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace opscope::summary
