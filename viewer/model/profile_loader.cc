#include "model/profile_loader.h"

#include <algorithm>
#include <filesystem>

#include "model/chrome_trace_reader.h"
#include "model/file_bytes.h"
#include "model/profile_build.h"
#include "model/xplane_reader.h"

namespace opscope::viewer {
namespace {

// What one host's file added to the profile, and the wall time of its zero.
struct HostPart {
  std::size_t first_line = 0, first_counter = 0, first_step = 0;
  std::int64_t zero_ns = 0;
};

Error no_profile(const std::string& why) {
  return Error(ErrorCode::data_loss, why.empty() ? "no profile file given" : why);
}

class Loader {
 public:
  explicit Loader(Progress* progress) : names_(profile_.names), progress_(progress) {}

  // False when the file gave nothing; the warning says why.
  Result<bool> add(const ProfileHost& host) {
    Result<ReadFile> file = read_file(host.file, progress_);
    if (!file) {
      if (file.error().code() == ErrorCode::cancelled) return file.error();
      profile_.warnings.push_back(file.error().what());
      return false;
    }
    if (!file->warning.empty()) profile_.warnings.push_back(file->warning);
    const std::string_view bytes = file->bytes->view();
    const bool is_json = looks_like_chrome_trace(bytes.substr(0, kHeadBytes));
    const std::string label = std::filesystem::path(host.file).filename().string();
    if (!is_json && !looks_like_xspace(bytes, bytes.size())) {
      profile_.warnings.push_back(host.file + ": neither an XSpace nor a Chrome trace");
      return false;
    }
    const auto index = static_cast<std::uint32_t>(profile_.hosts.size());
    HostPart part{profile_.lines.size(), profile_.counters.size(), profile_.steps.size(), 0};
    profile_.hosts.push_back(host.host);
    profile_.files.push_back({host.file, file->bytes, is_json});
    part.zero_ns = is_json ? read_chrome_trace(bytes, index, label, profile_, names_, progress_)
                           : read_xspace(bytes, index, label, profile_, names_, progress_);
    parts_.push_back(part);
    if (is_cancelled(progress_))
      return Error(ErrorCode::cancelled, "reading " + host.file + " cancelled");
    if (progress_ != nullptr) ++progress_->files_done;
    return true;
  }

  Profile finish() {
    align_hosts();
    settle_times(profile_);
    std::stable_sort(
        profile_.steps.begin(), profile_.steps.end(),
        [](const ProfileStep& a, const ProfileStep& b) { return a.start_ps < b.start_ps; });
    std::stable_sort(profile_.flows.begin(), profile_.flows.end(),
                     [this](const ProfileFlow& a, const ProfileFlow& b) {
                       return start_of(a.from) < start_of(b.from);
                     });
    return std::move(profile_);
  }

  [[nodiscard]] bool is_empty() const { return parts_.empty(); }
  [[nodiscard]] std::string first_warning() const {
    return profile_.warnings.empty() ? std::string() : profile_.warnings.front();
  }

 private:
  static constexpr std::size_t kHeadBytes = 1 << 16;

  [[nodiscard]] std::int64_t start_of(EventRef event) const {
    return profile_.lines[event.line].start_ps[event.event];
  }

  // Moves every host to the wall clock of the earliest. Without wall times all begin at 0.
  void align_hosts() {
    const bool have_all = std::all_of(parts_.begin(), parts_.end(),
                                      [](const HostPart& part) { return part.zero_ns > 0; });
    if (!have_all || parts_.empty()) {
      if (parts_.size() > 1) {
        profile_.warnings.push_back(
            "not every host gives the time of its start: all are drawn from 0");
      }
      return;
    }
    profile_.start_ns =
        std::min_element(parts_.begin(), parts_.end(), [](const HostPart& a, const HostPart& b) {
          return a.zero_ns < b.zero_ns;
        })->zero_ns;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::int64_t shift = ps_from_ns(parts_[i].zero_ns - profile_.start_ns);
      if (shift != 0) shift_host(i, shift);
    }
  }

  void shift_host(std::size_t host, std::int64_t shift_ps) {
    const HostPart end =
        host + 1 < parts_.size()
            ? parts_[host + 1]
            : HostPart{profile_.lines.size(), profile_.counters.size(), profile_.steps.size(), 0};
    const auto move = [shift_ps](std::int64_t& time) { time = clamp_time_ps(time + shift_ps); };
    for (std::size_t i = parts_[host].first_line; i < end.first_line; ++i) {
      for (std::int64_t& time : profile_.lines[i].start_ps) move(time);
    }
    for (std::size_t i = parts_[host].first_counter; i < end.first_counter; ++i) {
      for (std::int64_t& time : profile_.counters[i].times_ps) move(time);
    }
    for (std::size_t i = parts_[host].first_step; i < end.first_step; ++i) {
      move(profile_.steps[i].start_ps);
    }
  }

  Profile profile_;
  NameTable names_;
  Progress* progress_;
  std::vector<HostPart> parts_;
};

}  // namespace

Result<Profile> load_profile(std::span<const ProfileHost> hosts, Progress* progress) {
  Loader loader(progress);
  for (const ProfileHost& host : hosts) {
    const Result<bool> added = loader.add(host);
    if (!added) return added.error();
  }
  if (loader.is_empty()) return no_profile(loader.first_warning());
  return loader.finish();
}

Result<Profile> load_profile_file(const std::string& path, Progress* progress) {
  std::string host = std::filesystem::path(path).filename().string();
  for (const std::string_view suffix : {".gz", ".json", ".trace", ".pt", ".pb", ".xplane"}) {
    if (host.size() > suffix.size() && host.ends_with(suffix)) {
      host.resize(host.size() - suffix.size());
    }
  }
  const ProfileHost source{host, path, ProfileFormat::xplane};
  return load_profile(std::span(&source, 1), progress);
}

// One per file of the profile; empty for JSON, which needs no metadata.
struct EventArgs::Readers {
  std::vector<std::unique_ptr<XspaceArgs>> of_file;
};

EventArgs::EventArgs(const Profile& profile)
    : profile_(profile), readers_(std::make_unique<Readers>()) {
  readers_->of_file.resize(profile.files.size());
}

EventArgs::~EventArgs() = default;

std::vector<ProfileArg> EventArgs::of(EventRef event) {
  const ProfileLine& line = profile_.lines.at(event.line);
  const std::uint64_t offset = line.source_offset.at(event.event);
  const std::uint32_t host = profile_.planes.at(line.plane).host;
  const ProfileFile& file = profile_.files.at(host);
  if (file.is_json) return chrome_event_args(file.bytes->view(), offset);
  std::unique_ptr<XspaceArgs>& reader = readers_->of_file.at(host);
  if (!reader) reader = std::make_unique<XspaceArgs>(file.bytes->view());
  return reader->at(offset);
}

std::vector<ProfileArg> event_args(const Profile& profile, EventRef event) {
  return EventArgs(profile).of(event);
}

std::string_view event_name(const Profile& profile, EventRef event) {
  return profile.names.at(profile.lines.at(event.line).name_id.at(event.event)).display;
}

}  // namespace opscope::viewer
