#include "model/chrome_trace_tracks.h"

#include <charconv>

#include "model/json_scanner.h"

namespace opscope::viewer {
namespace {

std::int64_t id_number(const std::string& id) {
  std::int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

}  // namespace

std::uint32_t ChromeTracks::plane(std::string_view pid) {
  const auto known = planes_.find(pid);
  if (known != planes_.end()) return known->second;
  const auto index = static_cast<std::uint32_t>(profile_.planes.size());
  const std::string id = json_text(pid);
  profile_.planes.push_back({host_, id_number(id), "process " + id, {}});
  planes_.emplace(std::string(pid), index);
  return index;
}

std::uint32_t ChromeTracks::line(std::string_view pid, std::string_view tid) {
  if (has_last_ && last_key_.first == pid && last_key_.second == tid) return last_line_;
  last_key_ = {std::string(pid), std::string(tid)};
  has_last_ = true;
  const auto known = lines_.find(last_key_);
  if (known != lines_.end()) return last_line_ = known->second;
  const std::uint32_t plane_index = plane(pid);
  const auto index = static_cast<std::uint32_t>(profile_.lines.size());
  ProfileLine& line = profile_.lines.emplace_back();
  line.plane = plane_index;
  line.name = json_text(tid);
  line.id = id_number(line.name);
  line.display_name = line.name.empty() ? "thread" : line.name;
  profile_.planes[plane_index].lines.push_back(index);
  lines_.emplace(last_key_, index);
  return last_line_ = index;
}

std::uint32_t ChromeTracks::counter(std::string_view pid, const std::string& name) {
  const auto [entry, is_new] = counters_.try_emplace(
      {std::string(pid), name}, static_cast<std::uint32_t>(profile_.counters.size()));
  if (is_new) {
    const std::uint32_t plane_index = plane(pid);
    ProfileCounter& counter = profile_.counters.emplace_back();
    counter.plane = plane_index;
    counter.name = name;
  }
  return entry->second;
}

void ChromeTracks::name_process(std::string_view pid, const std::string& name) {
  if (!name.empty()) profile_.planes[plane(pid)].name = name;
}

void ChromeTracks::name_thread(std::string_view pid, std::string_view tid,
                               const std::string& name) {
  if (name.empty()) return;
  ProfileLine& named = profile_.lines[line(pid, tid)];
  named.name = name;
  named.display_name = name;
}

}  // namespace opscope::viewer
