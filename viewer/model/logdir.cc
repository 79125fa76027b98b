#include "model/logdir.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "model/discovery.h"
#include "model/run_builder.h"
#include "model/saved_model_info.h"

namespace opscope::viewer {
namespace {

struct RunEntry {
  explicit RunEntry(const std::string& name) : builder(name) {}

  RunBuilder builder;
  std::vector<std::pair<std::string, std::string>> files;
  std::shared_ptr<const Run> published;
  bool has_changed = true;
};

struct ModelEntry {
  std::filesystem::file_time_type time;
  std::vector<SavedModelInfo> infos;
};

bool same_profiles(const std::vector<ProfileSession>& a, const std::vector<ProfileSession>& b) {
  const auto same_host = [](const ProfileHost& x, const ProfileHost& y) {
    return x.host == y.host && x.file == y.file;
  };
  const auto same_session = [&](const ProfileSession& x, const ProfileSession& y) {
    return x.run == y.run && x.session == y.session &&
           std::equal(x.hosts.begin(), x.hosts.end(), y.hosts.begin(), y.hosts.end(), same_host);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_session);
}

std::uint64_t bytes_of(const RunEntry& run) {
  std::uint64_t total = 0;
  for (const auto& [path, name] : run.files) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error) total += size;
  }
  return total;
}

}  // namespace

struct Logdir::State {
  std::string path;
  LogdirOptions options;
  std::map<std::string, std::unique_ptr<RunEntry>> runs;
  std::map<std::string, ModelEntry> saved_models;
  mutable std::mutex mutex;  // guards snapshot alone
  std::shared_ptr<const LogdirModel> snapshot = std::make_shared<LogdirModel>();

  bool take_runs(const Discovery& found);
  bool read_runs(Progress* progress);
  bool read_saved_models(const Discovery& found, LogdirModel& model);
  void publish(Discovery found, LogdirModel model);
};

// Adds new runs and files, forgets runs that are gone.
bool Logdir::State::take_runs(const Discovery& found) {
  bool has_changed = false;
  for (auto run = runs.begin(); run != runs.end();) {
    const bool is_gone = !found.runs.contains(run->first);
    has_changed = has_changed || is_gone;
    run = is_gone ? runs.erase(run) : std::next(run);
  }
  for (const auto& [name, files] : found.runs) {
    std::unique_ptr<RunEntry>& run = runs[name];
    if (!run) run = std::make_unique<RunEntry>(name);
    if (run->files == files) continue;
    run->files = files;
    run->builder.set_files(files);
    run->has_changed = true;
    has_changed = true;
  }
  return has_changed;
}

// Reads the runs at the same time, the largest first; within a run, files follow one another.
bool Logdir::State::read_runs(Progress* progress) {
  std::vector<std::pair<std::uint64_t, RunEntry*>> work;
  for (auto& [name, run] : runs) {
    work.emplace_back(bytes_of(*run), run.get());
    if (progress == nullptr) continue;
    progress->bytes_total += work.back().first;
    progress->files_total += static_cast<std::uint32_t>(run->files.size());
  }
  std::stable_sort(work.begin(), work.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::atomic<std::size_t> next{0};
  std::atomic<bool> has_changed{false};
  const auto read_some = [&] {
    for (std::size_t i = next++; i < work.size() && !is_cancelled(progress); i = next++) {
      if (!work[i].second->builder.read_new(options.verify_checksums, progress)) continue;
      work[i].second->has_changed = true;
      has_changed = true;
    }
  };
  const std::size_t wanted =
      options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  constexpr std::uint64_t kWorthThreads = std::uint64_t{1} << 20;
  std::uint64_t bytes = 0;
  for (const auto& [size, run] : work) bytes += size;
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(wanted, work.size()) && bytes > kWorthThreads; ++i) {
    threads.emplace_back(read_some);
  }
  read_some();
  threads.clear();
  return has_changed;
}

bool Logdir::State::read_saved_models(const Discovery& found, LogdirModel& model) {
  bool has_changed = false;
  std::map<std::string, ModelEntry> known = std::exchange(saved_models, {});
  for (const std::string& folder : found.saved_models) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(folder + "/saved_model.pb", error);
    const auto old = known.find(folder);
    if (old != known.end() && old->second.time == time) {
      saved_models[folder] = std::move(old->second);
    } else {
      has_changed = true;
      Result<std::vector<SavedModelInfo>> infos = read_saved_model(folder);
      if (!infos) {
        model.skipped.push_back({folder, infos.error().what()});
        continue;
      }
      saved_models[folder] = {time, std::move(*infos)};
    }
    const std::vector<SavedModelInfo>& infos = saved_models[folder].infos;
    model.saved_models.insert(model.saved_models.end(), infos.begin(), infos.end());
  }
  return has_changed || model.saved_models.size() != snapshot->saved_models.size();
}

void Logdir::State::publish(Discovery found, LogdirModel model) {
  model.path = path;
  model.kind = found.kind;
  model.files_seen = found.files_seen;
  for (auto& [name, run] : runs) {
    if (run->has_changed || !run->published) run->published = run->builder.publish();
    run->has_changed = false;
    model.runs.push_back(run->published);
  }
  model.graphs = std::move(found.graphs);
  model.profiles = std::move(found.profiles);
  model.skipped.insert(model.skipped.end(), found.skipped.begin(), found.skipped.end());
  model.generation = snapshot->generation + 1;
  const std::scoped_lock lock(mutex);
  snapshot = std::make_shared<LogdirModel>(std::move(model));
}

Logdir::Logdir(std::unique_ptr<State> state) : state_(std::move(state)) {}
Logdir::Logdir(Logdir&&) noexcept = default;
Logdir& Logdir::operator=(Logdir&&) noexcept = default;
Logdir::~Logdir() = default;

Result<Logdir> Logdir::open(const std::string& path, LogdirOptions options, Progress* progress) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->options = options;
  Logdir logdir(std::move(state));
  const Result<bool> read = logdir.refresh(progress);
  if (!read) return read.error();
  return logdir;
}

Result<bool> Logdir::refresh(Progress* progress) {
  Result<Discovery> found = discover(state_->path);
  if (!found) return found.error();
  const bool is_first = state_->snapshot->generation == 0;
  const bool has_new_runs = state_->take_runs(*found);
  const bool has_new_records = state_->read_runs(progress);
  if (is_cancelled(progress)) {
    return Error(ErrorCode::cancelled, "reading " + state_->path + " cancelled");
  }
  LogdirModel model;
  const bool has_new_models = state_->read_saved_models(*found, model);
  const bool has_changed = is_first || has_new_runs || has_new_records || has_new_models ||
                           found->graphs.size() != state_->snapshot->graphs.size() ||
                           !same_profiles(found->profiles, state_->snapshot->profiles);
  if (has_changed) state_->publish(std::move(*found), std::move(model));
  return has_changed;
}

std::shared_ptr<const LogdirModel> Logdir::snapshot() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->snapshot;
}

}  // namespace opscope::viewer
