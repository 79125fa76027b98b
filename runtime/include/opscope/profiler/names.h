// Interned names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opscope::profiler {

// The id of an interned name; 0 is no name. Ids live as long as the process.
enum class NameId : std::uint32_t { none = 0 };

// Gives the id of `name`; the same text gives the same id. Thread-safe; takes a lock, so intern
// once and keep the id where an event costs nanoseconds. The empty text is NameId::none. There is
// room for 16 million names; any further text gets one shared id, whose text says so.
[[nodiscard]] NameId intern(std::string_view name);

// The text of an id; empty for NameId::none. The view lives as long as the process. Thread-safe.
[[nodiscard]] std::string_view name_text(NameId name) noexcept;

}  // namespace opscope::profiler
