// Processes, threads and counters of a Chrome trace while it is read, found by their ids.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "model/profile.h"

namespace opscope::viewer {

class ChromeTracks {
 public:
  ChromeTracks(Profile& profile, std::uint32_t host) : profile_(profile), host_(host) {}

  // Indices of the plane and the line; made when first asked for. Ids are as written in the file.
  std::uint32_t plane(std::string_view pid);
  std::uint32_t line(std::string_view pid, std::string_view tid);
  // The counter's index in Profile::counters.
  std::uint32_t counter(std::string_view pid, const std::string& name);

  void name_process(std::string_view pid, const std::string& name);
  void name_thread(std::string_view pid, std::string_view tid, const std::string& name);

 private:
  using Key = std::pair<std::string, std::string>;

  Profile& profile_;
  std::uint32_t host_;
  std::map<std::string, std::uint32_t, std::less<>> planes_;
  std::map<Key, std::uint32_t> lines_;
  std::map<Key, std::uint32_t> counters_;
  Key last_key_;  // most events follow one of the same thread
  std::uint32_t last_line_ = 0;
  bool has_last_ = false;
};

}  // namespace opscope::viewer
