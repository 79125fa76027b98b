// The tables behind NameId and the sites of OPSCOPE_ZONE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "opscope/profiler/names.h"
#include "opscope/profiler/zone.h"

namespace opscope::profiler::detail {

struct SiteArg {
  NameId key = NameId::none;
  ArgType type = ArgType::int64;
};

struct SiteInfo {
  NameId name = NameId::none;
  std::vector<SiteArg> args;
};

// What was registered under an id; empty for an id that never was. Lives as long as the process.
[[nodiscard]] const SiteInfo& site_info(std::uint32_t id) noexcept;

// The tables as a signal handler may read them: nothing is allocated, and locks are taken for as
// long as this lives, or left alone when they cannot be had within a moment.
class TablesInCrash {
 public:
  TablesInCrash() noexcept;
  ~TablesInCrash();
  TablesInCrash(const TablesInCrash&) = delete;
  TablesInCrash& operator=(const TablesInCrash&) = delete;

  [[nodiscard]] static std::size_t name_count() noexcept;  // with NameId::none
  [[nodiscard]] static std::string_view name_text(NameId name) noexcept;
  [[nodiscard]] static const SiteInfo& site_info(std::uint32_t id) noexcept;

 private:
  bool are_names_locked_;
  bool are_sites_locked_;
};

}  // namespace opscope::profiler::detail
