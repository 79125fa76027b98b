#include "ui/workspace.h"

#include <filesystem>
#include <utility>

#include "model/profile_loader.h"

namespace opscope::viewer {

namespace {

std::string graph_key(const GraphSource& source) {
  return source.file + '\n' + std::to_string(source.offset) + '\n' + std::to_string(source.size) +
         '\n' + std::to_string(static_cast<int>(source.kind));
}

std::string session_key(const ProfileSession& session) {
  std::string key = session.run + '\n' + session.session;
  for (const ProfileHost& host : session.hosts) key += '\n' + host.file;
  return key;
}

std::string statistics_key(const ProfileSession& session, const StatisticsRequest& request) {
  std::string key = session_key(session) + '\n' + std::to_string(static_cast<int>(request.by));
  if (request.range) {
    key += '\n' + std::to_string(request.range->begin_ps) + ' ' +
           std::to_string(request.range->end_ps);
  }
  for (const std::uint32_t line : request.lines) key += '\n' + std::to_string(line);
  return key;
}

// Changes when the tag grows, or when a restart replaces its values.
std::string histogram_key(const HistogramTag& tag) {
  const ValueRef& last = tag.tag->values.back();
  return tag.run->name + '\n' + tag.tag->name + '\n' + std::to_string(tag.tag->values.size()) +
         ' ' + std::to_string(last.file) + ' ' + std::to_string(last.offset);
}

std::string short_path(const std::string& path) {
  std::filesystem::path p(path);
  if (p.filename().empty()) p = p.parent_path();
  return p.filename().string();
}

std::string prefixed(const std::string& prefix, const std::string& name) {
  if (prefix.empty()) return name;
  return name == "." || name.empty() ? prefix : prefix + "/" + name;
}

// Adds what `from` holds, its runs renamed.
void append(LogdirModel& to, const LogdirModel& from, const std::string& prefix) {
  for (const auto& run : from.runs) {
    if (prefix.empty()) {
      to.runs.push_back(run);
      continue;
    }
    auto renamed = std::make_shared<Run>(*run);
    renamed->name = prefixed(prefix, run->name);
    for (GraphSource& graph : renamed->graphs) graph.run = renamed->name;
    to.runs.push_back(std::move(renamed));
  }
  for (GraphSource graph : from.graphs) {
    graph.run = prefixed(prefix, graph.run);
    to.graphs.push_back(std::move(graph));
  }
  for (ProfileSession session : from.profiles) {
    session.run = prefixed(prefix, session.run);
    to.profiles.push_back(std::move(session));
  }
  to.saved_models.insert(to.saved_models.end(), from.saved_models.begin(), from.saved_models.end());
  to.skipped.insert(to.skipped.end(), from.skipped.begin(), from.skipped.end());
  to.generation += from.generation;
}

}  // namespace

std::string graph_label(const GraphSource& source) {
  std::string label = source.run.empty() || source.run == "." ? std::string() : source.run;
  const auto add = [&label](const std::string& part) {
    if (part.empty()) return;
    if (!label.empty()) label += " · ";
    label += part;
  };
  add(source.tag);
  switch (source.kind) {
    case GraphKind::run_graph:
      add("graph of the run");
      break;
    case GraphKind::graph_run_metadata:
    case GraphKind::graph_run_metadata_graph:
      if (label.empty()) add("traced graph");
      break;
    case GraphKind::graph_keras_model:
      add("Keras layers");
      break;
    case GraphKind::saved_model:
      add("SavedModel");
      break;
    case GraphKind::file:
      add(short_path(source.file));
      break;
  }
  return label;
}

std::string session_label(const ProfileSession& session) {
  if (session.run.empty() || session.run == ".") return session.session;
  return session.run + " · " + session.session;
}

Workspace::Workspace(Executor& executor, std::function<void()> wake)
    : executor_(executor),
      inbox_(std::make_shared<Inbox>(std::move(wake))),
      merged_(std::make_shared<LogdirModel>()) {}

Workspace::~Workspace() {
  for (const auto& path : paths_) path->progress->cancel_requested = true;
}

void Workspace::open(const std::string& path) {
  paths_.push_back(std::make_unique<OpenPath>());
  OpenPath* open = paths_.back().get();
  open->path = path;
  open->is_busy = true;
  executor_.post([this, open, path, progress = open->progress, inbox = inbox_] {
    auto opened = std::make_shared<Result<Logdir>>(Logdir::open(path, {}, progress.get()));
    inbox->put([this, open, opened] {
      open->is_busy = false;
      if (*opened) {
        open->logdir = std::make_shared<Logdir>(std::move(**opened));
      } else {
        open->error = opened->error().what();
      }
      rebuild_model();
      return true;
    });
  });
}

void Workspace::refresh() {
  for (const auto& path : paths_) {
    if (path->is_busy || !path->logdir) continue;
    OpenPath* open = path.get();
    open->is_busy = true;
    executor_.post([this, open, logdir = open->logdir, progress = open->progress, inbox = inbox_] {
      const auto changed = std::make_shared<Result<bool>>(logdir->refresh(progress.get()));
      inbox->put([this, open, changed] {
        open->is_busy = false;
        const std::string error = *changed ? std::string() : changed->error().what();
        const bool is_other_error = error != open->error;
        open->error = error;
        if (!*changed || !**changed) return is_other_error;
        ++refresh_count_;
        rebuild_model();
        return true;
      });
    });
  }
}

bool Workspace::poll() { return inbox_->apply_all(); }

bool Workspace::is_loading() const {
  for (const auto& path : paths_) {
    if (path->is_busy && !path->logdir) return true;
  }
  return false;
}

void Workspace::rebuild_model() {
  auto merged = std::make_shared<LogdirModel>();
  for (const auto& path : paths_) {
    if (!path->logdir) continue;
    const auto snapshot = path->logdir->snapshot();
    if (merged->path.empty()) {
      merged->path = snapshot->path;
      merged->kind = snapshot->kind;
    }
    append(*merged, *snapshot, paths_.size() > 1 ? short_path(path->path) : std::string());
  }
  graph_sources_ = graphs_of(*merged);
  merged_ = std::move(merged);
}

template <typename T, typename Load>
const Document<T>& Workspace::load_once(std::map<std::string, Document<T>>& cache,
                                        const std::string& key, Load load) {
  const auto [found, is_new] = cache.try_emplace(key);
  if (!is_new) return found->second;
  found->second.is_loading = true;
  executor_.post([&cache, key, load = std::move(load), inbox = inbox_] {
    auto loaded = std::make_shared<Result<T>>(load());
    inbox->put([&cache, key, loaded] {
      Document<T>& document = cache[key];
      document.is_loading = false;
      if (*loaded) {
        document.value = std::make_shared<const T>(std::move(**loaded));
      } else {
        document.error = loaded->error().what();
      }
      return true;
    });
  });
  return found->second;
}

const Document<GraphModel>& Workspace::graph(const GraphSource& source) {
  return load_once(graphs_, graph_key(source),
                   [source, model = merged_] { return load_graph_model(*model, source); });
}

const Document<GraphUnion>& Workspace::graph_union(const GraphSource& before,
                                                   const GraphSource& after) {
  return load_once(
      graph_unions_, graph_key(before) + '\n' + graph_key(after),
      [before, after, model = merged_] { return load_graph_union(*model, before, *model, after); });
}

const Document<Profile>& Workspace::profile(const ProfileSession& session) {
  return load_once(profiles_, session_key(session),
                   [hosts = session.hosts] { return load_profile(hosts); });
}

const Document<std::vector<OpStatistics>>& Workspace::statistics(const ProfileSession& session,
                                                                 const StatisticsRequest& request) {
  static const Document<std::vector<OpStatistics>> kWaiting{nullptr, {}, true};
  const std::shared_ptr<const Profile> loaded = profile(session).value;
  if (!loaded) return kWaiting;
  // A range that is being dragged asks for many: only the newest are worth keeping.
  constexpr std::size_t kKept = 32;
  if (statistics_.size() > kKept) {
    std::erase_if(statistics_, [](const auto& entry) { return !entry.second.is_loading; });
  }
  return load_once(statistics_, statistics_key(session, request), [loaded, request] {
    return Result<std::vector<OpStatistics>>(op_statistics(*loaded, request));
  });
}

const Document<HistogramSeries>& Workspace::histograms(const HistogramTag& tag) {
  return load_once(histograms_, histogram_key(tag), [tag] {
    return Result<HistogramSeries>(load_histogram_series(*tag.run, *tag.tag, kMostHistogramSteps));
  });
}

}  // namespace opscope::viewer
