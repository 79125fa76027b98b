// Everything that is open: the logdirs behind the given paths, their profiles and graphs, loaded
// off the frame's thread. All members belong to the frame's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/graph_choice.h"
#include "model/graph_model.h"
#include "model/graph_union.h"
#include "model/histograms.h"
#include "model/logdir.h"
#include "model/logdir_model.h"
#include "model/op_statistics.h"
#include "model/profile.h"
#include "model/progress.h"
#include "ui/executor.h"
#include "ui/inbox.h"

namespace opscope::viewer {

// A thing that is loaded when somebody looks at it. `value` is null until then; `error` says why
// it stays so.
template <typename T>
struct Document {
  std::shared_ptr<const T> value;
  std::string error;
  bool is_loading = false;
};

// One of the paths that were given.
struct OpenPath {
  std::string path;
  std::shared_ptr<Logdir> logdir;  // used by one job at a time
  std::shared_ptr<Progress> progress = std::make_shared<Progress>();
  std::string error;
  bool is_busy = false;
};

constexpr std::size_t kMostHistogramSteps = 100;

class Workspace {
 public:
  // `executor` must outlive the workspace, and must have finished its jobs before that is gone.
  explicit Workspace(Executor& executor, std::function<void()> wake = {});
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Starts reading `path` beside what is open already.
  void open(const std::string& path);

  // Starts looking for what is new in every path that is not busy.
  void refresh();

  // Applies finished work; true when something changed on screen.
  bool poll();

  // What all paths hold together; never null. With several paths, runs are called "<path>/<run>".
  [[nodiscard]] const LogdirModel& model() const { return *merged_; }
  [[nodiscard]] const std::vector<std::unique_ptr<OpenPath>>& paths() const { return paths_; }
  [[nodiscard]] bool is_loading() const;
  [[nodiscard]] bool was_refreshed() const { return refresh_count_ > 0; }

  // Every graph of the model: those of runs, stand-alone files, SavedModels.
  [[nodiscard]] const std::vector<GraphSource>& graphs() const { return graph_sources_; }

  // Asking starts the load. References are valid until the next poll().
  const Document<GraphModel>& graph(const GraphSource& source);
  // Both graphs in one.
  const Document<GraphUnion>& graph_union(const GraphSource& before, const GraphSource& after);
  const Document<Profile>& profile(const ProfileSession& session);
  const Document<std::vector<OpStatistics>>& statistics(const ProfileSession& session,
                                                        const StatisticsRequest& request);

  // Of up to kMostHistogramSteps steps.
  const Document<HistogramSeries>& histograms(const HistogramTag& tag);

  [[nodiscard]] Executor& executor() { return executor_; }
  [[nodiscard]] Inbox& inbox() { return *inbox_; }

 private:
  void rebuild_model();
  template <typename T, typename Load>
  const Document<T>& load_once(std::map<std::string, Document<T>>& cache, const std::string& key,
                               Load load);

  Executor& executor_;
  std::shared_ptr<Inbox> inbox_;
  std::vector<std::unique_ptr<OpenPath>> paths_;
  std::shared_ptr<const LogdirModel> merged_;
  std::vector<GraphSource> graph_sources_;
  std::map<std::string, Document<GraphModel>> graphs_;
  std::map<std::string, Document<GraphUnion>> graph_unions_;
  std::map<std::string, Document<Profile>> profiles_;
  std::map<std::string, Document<std::vector<OpStatistics>>> statistics_;
  std::map<std::string, Document<HistogramSeries>> histograms_;
  int refresh_count_ = 0;
};

// How a picker names a graph: "train · step · run graph".
[[nodiscard]] std::string graph_label(const GraphSource& source);

// How a picker names a profile session: "fit/train · 2026_11_23_18_42_58".
[[nodiscard]] std::string session_label(const ProfileSession& session);

}  // namespace opscope::viewer
