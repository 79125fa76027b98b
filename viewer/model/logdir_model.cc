#include "model/logdir_model.h"

#include <algorithm>

namespace opscope::viewer {

const char* graph_kind_name(GraphKind kind) noexcept {
  switch (kind) {
    case GraphKind::run_graph:
      return "run_graph";
    case GraphKind::graph_run_metadata:
      return "graph_run_metadata";
    case GraphKind::graph_run_metadata_graph:
      return "graph_run_metadata_graph";
    case GraphKind::graph_keras_model:
      return "graph_keras_model";
    case GraphKind::saved_model:
      return "saved_model";
    case GraphKind::file:
      return "file";
  }
  return "";
}

bool LogdirModel::is_empty() const noexcept {
  const bool has_records =
      std::any_of(runs.begin(), runs.end(), [](const auto& run) { return run->records > 0; });
  return !has_records && graphs.empty() && profiles.empty() && saved_models.empty();
}

const Run* find_run(const LogdirModel& model, std::string_view name) noexcept {
  const auto run = std::find_if(model.runs.begin(), model.runs.end(),
                                [name](const auto& candidate) { return candidate->name == name; });
  return run == model.runs.end() ? nullptr : run->get();
}

const Tag* find_tag(const Run& run, std::string_view name) noexcept {
  const auto tag = std::find_if(run.tags.begin(), run.tags.end(),
                                [name](const auto& candidate) { return candidate->name == name; });
  return tag == run.tags.end() ? nullptr : tag->get();
}

}  // namespace opscope::viewer
