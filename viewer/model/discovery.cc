#include "model/discovery.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <string_view>
#include <tuple>

#include "model/path_kind.h"

namespace opscope::viewer {
namespace {

namespace fs = std::filesystem;
using DirectoryId = std::pair<std::uint64_t, std::uint64_t>;  // device and inode

constexpr std::string_view kXplaneSuffix = ".xplane.pb";

std::string run_name(const fs::path& root, const fs::path& directory) {
  const std::string relative = directory.lexically_relative(root).generic_string();
  return relative.empty() ? "." : relative;
}

// The host's name: the file name up to its suffix.
std::string host_name(const std::string& file) {
  for (const std::string_view suffix :
       {std::string_view(kXplaneSuffix), std::string_view(".trace.json.gz"),
        std::string_view(".trace.json"), std::string_view(".json.gz"), std::string_view(".json"),
        std::string_view(".pb")}) {
    if (file.size() > suffix.size() && file.ends_with(suffix)) {
      return file.substr(0, file.size() - suffix.size());
    }
  }
  return file;
}

// Worth opening to see what it is.
bool may_be_standalone(const std::string& name) {
  for (const std::string_view suffix : {".pb", ".pbtxt", ".json", ".json.gz"}) {
    if (name.ends_with(suffix)) return true;
  }
  return false;
}

GraphSource graph_file(const fs::path& path, bool is_text) {
  GraphSource graph;
  graph.kind = GraphKind::file;
  graph.tag = path.filename().string();
  graph.file = path.string();
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  graph.size = error ? 0 : size;
  graph.is_text = is_text;
  return graph;
}

class Walker {
 public:
  explicit Walker(fs::path root) : root_(std::move(root)) {}

  Discovery walk() {
    walk_directory(root_);
    finish();
    return std::move(found_);
  }

  Result<Discovery> take_file() {
    const Result<FileKind> kind = file_kind(root_.string());
    if (!kind) return kind.error();
    found_.files_seen = 1;
    const fs::path path = root_;
    const std::string name = path.filename().string();
    root_ = path.parent_path();
    switch (*kind) {
      case FileKind::event_file:
        found_.kind = PathKind::event_file;
        found_.runs["."].emplace_back(path.string(), name);
        break;
      case FileKind::xplane:
      case FileKind::chrome_trace:
        found_.kind = *kind == FileKind::xplane ? PathKind::xplane : PathKind::chrome_trace;
        add_profile_file(path, *kind);
        break;
      case FileKind::graph_binary:
      case FileKind::graph_text:
        found_.kind = PathKind::graph_file;
        found_.graphs.push_back(graph_file(path, *kind == FileKind::graph_text));
        break;
      case FileKind::saved_model:
        found_.kind = PathKind::saved_model;
        found_.saved_models.push_back(path.parent_path().empty() ? "."
                                                                 : path.parent_path().string());
        break;
      case FileKind::unknown:
        return Error(
            ErrorCode::invalid_argument,
            "unknown kind of file, " + path.string() +
                ", give an event file, a SavedModel, a GraphDef, an XSpace or a Chrome trace");
    }
    return std::move(found_);
  }

 private:
  void walk_directory(const fs::path& directory) {
    struct stat facts {};
    if (::stat(directory.c_str(), &facts) != 0) return;
    const DirectoryId id{facts.st_dev, facts.st_ino};
    if (!open_.insert(id).second) return;  // a link back up
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator at(directory, error);
    while (!error && at != fs::directory_iterator()) {
      entries.push_back(*at);
      at.increment(error);
    }
    if (error) found_.skipped.push_back({directory.string(), error.message()});
    std::sort(entries.begin(), entries.end());
    const bool is_saved_model = take_saved_model(directory, entries);
    for (const fs::directory_entry& entry : entries) {
      const std::string name = entry.path().filename().string();
      if (entry.is_directory(error)) {
        if (is_saved_model && (name == "variables" || name.starts_with("assets"))) continue;
        walk_directory(entry.path());
      } else if (entry.is_regular_file(error)) {
        ++found_.files_seen;
        take_entry(directory, entry.path(), name);
      }
    }
    open_.erase(id);
  }

  bool take_saved_model(const fs::path& directory,
                        const std::vector<fs::directory_entry>& entries) {
    const bool has_model = std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
      return entry.path().filename() == "saved_model.pb";
    });
    if (has_model) found_.saved_models.push_back(directory.string());
    return has_model;
  }

  void take_entry(const fs::path& directory, const fs::path& path, const std::string& name) {
    if (is_event_file_name(name)) {
      found_.runs[run_name(root_, directory)].emplace_back(
          path.string(), path.lexically_relative(root_).generic_string());
      return;
    }
    if (name == "saved_model.pb" || name == "fingerprint.pb" || name == "keras_metadata.pb" ||
        !may_be_standalone(name)) {
      return;
    }
    const bool is_in_session = directory.parent_path().filename() == "profile" &&
                               directory.parent_path().parent_path().filename() == "plugins";
    // XProf leaves caches beside the profiles; only these names are the profiles themselves.
    if (is_in_session && !name.ends_with(kXplaneSuffix) && !name.ends_with(".json") &&
        !name.ends_with(".json.gz")) {
      return;
    }
    const Result<FileKind> kind = file_kind(path.string());
    if (!kind) {
      found_.skipped.push_back({path.string(), kind.error().what()});
    } else if (*kind == FileKind::xplane || *kind == FileKind::chrome_trace) {
      if (is_in_session) {
        add_session_file(directory, path, *kind);
      } else {
        add_profile_file(path, *kind);
      }
    } else if (*kind == FileKind::graph_binary || *kind == FileKind::graph_text) {
      found_.graphs.push_back(graph_file(path, *kind == FileKind::graph_text));
    } else if (name.ends_with(kXplaneSuffix)) {
      found_.skipped.push_back({path.string(), "named as a profile, but no XSpace"});
    }
  }

  static ProfileHost host_of(const fs::path& path, FileKind kind) {
    return {host_name(path.filename().string()), path.string(),
            kind == FileKind::xplane ? ProfileFormat::xplane : ProfileFormat::chrome_trace};
  }

  void add_session_file(const fs::path& session, const fs::path& path, FileKind kind) {
    const fs::path run = session.parent_path().parent_path().parent_path();
    ProfileSession& known =
        sessions_[{run_name(root_, run.empty() ? root_ : run), session.filename().string()}];
    known.hosts.push_back(host_of(path, kind));
  }

  void add_profile_file(const fs::path& path, FileKind kind) {
    ProfileSession session;
    session.run = run_name(root_, path.parent_path());
    session.session = path.filename().string();
    session.hosts.push_back(host_of(path, kind));
    found_.profiles.push_back(std::move(session));
  }

  void finish() {
    for (auto& [key, session] : sessions_) {
      std::tie(session.run, session.session) = key;
      keep_best_formats(session);
      found_.profiles.push_back(std::move(session));
    }
    std::sort(found_.profiles.begin(), found_.profiles.end(), [](const auto& a, const auto& b) {
      return std::tie(a.run, a.session) < std::tie(b.run, b.session);
    });
    const bool has_only_model = found_.saved_models.size() == 1 && found_.runs.empty() &&
                                found_.saved_models.front() == root_.string();
    if (has_only_model) found_.kind = PathKind::saved_model;
  }

  // JAX writes each host twice; the XSpace holds more than the Chrome trace made from it.
  static void keep_best_formats(ProfileSession& session) {
    std::set<std::string> with_xplane;
    for (const ProfileHost& host : session.hosts) {
      if (host.format == ProfileFormat::xplane) with_xplane.insert(host.host);
    }
    std::erase_if(session.hosts, [&](const ProfileHost& host) {
      return host.format == ProfileFormat::chrome_trace && with_xplane.contains(host.host);
    });
    std::sort(session.hosts.begin(), session.hosts.end(),
              [](const ProfileHost& a, const ProfileHost& b) { return a.host < b.host; });
  }

  fs::path root_;
  Discovery found_;
  std::map<std::pair<std::string, std::string>, ProfileSession> sessions_;
  std::set<DirectoryId> open_;  // the directories above the present one
};

}  // namespace

Result<Discovery> discover(const std::string& path) {
  std::error_code error;
  fs::path root = fs::path(path).lexically_normal();
  if (!root.has_filename() && root.has_parent_path()) root = root.parent_path();
  const fs::file_status status = fs::status(root, error);
  if (status.type() == fs::file_type::not_found) {
    return Error(ErrorCode::not_found, "no such file or folder, " + path);
  }
  if (error) return error_from_errno(error.value(), "open", path);
  if (!fs::is_directory(status)) return Walker(root).take_file();
  fs::directory_iterator probe(root, error);
  if (error) return error_from_errno(error.value(), "read", path);
  return Walker(root).walk();
}

}  // namespace opscope::viewer
