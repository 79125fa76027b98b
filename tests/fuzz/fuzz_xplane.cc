// Any bytes read as a profile: an XSpace or a Chrome trace. Nothing may crash, overflow or disagree
// with what the model promises of its lines.
#include <cstdlib>

#include "model/chrome_trace_reader.h"
#include "model/profile_build.h"
#include "model/xplane_reader.h"

namespace {

using opscope::viewer::NameTable;
using opscope::viewer::Profile;
using opscope::viewer::ProfileLine;

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check_line(const Profile& profile, const ProfileLine& line) {
  require(line.row_events.size() == line.size());
  for (std::size_t event = 0; event < line.size(); ++event) {
    require(line.name_id[event] < profile.names.size());
    require(line.self_ps[event] >= 0 && line.self_ps[event] <= line.duration_ps[event]);
    require(line.depth[event] < line.depth_count());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Profile profile;
  profile.hosts.emplace_back("h");
  NameTable names(profile.names);
  const std::string label = "fuzz";
  static_cast<void>(opscope::viewer::read_xspace(bytes, 0, label, profile, names, nullptr));
  opscope::viewer::XspaceArgs args(bytes);
  for (const ProfileLine& line : profile.lines) {
    if (line.size() > 0) static_cast<void>(args.at(line.source_offset.back()));
  }
  const std::size_t first_json_line = profile.lines.size();
  static_cast<void>(opscope::viewer::read_chrome_trace(bytes, 0, label, profile, names, nullptr));
  for (std::size_t i = first_json_line; i < profile.lines.size(); ++i) {
    if (profile.lines[i].size() == 0) continue;
    static_cast<void>(
        opscope::viewer::chrome_event_args(bytes, profile.lines[i].source_offset.front()));
  }
  opscope::viewer::settle_times(profile);
  for (const ProfileLine& line : profile.lines) check_line(profile, line);
  return 0;
}
