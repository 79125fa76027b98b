#include "cli/check_report.h"

#include <algorithm>
#include <filesystem>

#include "model/graph_facts.h"
#include "model/profile_loader.h"

namespace opscope::viewer {
namespace {

std::uint64_t size_of(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

CheckedFile checked_events(const EventFile& file) {
  CheckedFile checked{file.name, "events", file.size_bytes, file.records, file.damaged};
  if (file.is_incomplete) {
    checked.damage.push_back({file.name, file.read_bytes, file.size_bytes - file.read_bytes,
                              "the last record is cut; a writer that still runs may complete it"});
  }
  return checked;
}

// A graph's bytes are looked through; damage is noted with its file.
void check_graph(const GraphSource& source, CheckedFile& file) {
  const Result<GraphBytes> graph = load_graph(source);
  if (!graph) {
    file.damage.push_back({file.name, source.offset, source.size, graph.error().what()});
    return;
  }
  const Result<GraphFacts> facts = graph_facts(*graph);
  if (facts) return;
  file.damage.push_back({file.name, source.offset, source.size,
                         std::string(facts.error().what()) + " (graph " + source.tag + ")"});
}

void check_runs(const LogdirModel& model, CheckReport& report) {
  for (const auto& run : model.runs) {
    for (const EventFile& file : run->files) {
      CheckedFile& checked = report.files.emplace_back(checked_events(file));
      for (const GraphSource& graph : run->graphs) {
        if (graph.file == file.path) check_graph(graph, checked);
      }
    }
  }
}

void check_profiles(const LogdirModel& model, CheckReport& report) {
  for (const ProfileSession& session : model.profiles) {
    for (const ProfileHost& host : session.hosts) {
      CheckedFile& file = report.files.emplace_back();
      file.name = host.file;
      file.kind = "profile";
      file.size_bytes = size_of(host.file);
      const Result<Profile> profile = load_profile(std::span(&host, 1));
      if (!profile) {
        file.damage.push_back({host.file, 0, file.size_bytes, profile.error().what()});
        continue;
      }
      for (const std::string& warning : profile->warnings) {
        file.damage.push_back({host.file, 0, 0, warning});
      }
    }
  }
}

void check_models(const LogdirModel& model, CheckReport& report) {
  for (const GraphSource& graph : model.graphs) {
    CheckedFile& file = report.files.emplace_back();
    file.name = graph.file;
    file.kind = "graph";
    file.size_bytes = graph.size;
    check_graph(graph, file);
  }
  for (const SavedModelInfo& info : model.saved_models) {
    CheckedFile& file = report.files.emplace_back();
    file.name = info.graph.file;
    file.kind = "saved_model";
    file.size_bytes = size_of(info.graph.file);
    check_graph(info.graph, file);
  }
  for (const SkippedFile& skipped : model.skipped) {
    CheckedFile& file = report.files.emplace_back();
    file.name = skipped.path;
    file.kind = "other";
    file.size_bytes = size_of(skipped.path);
    file.damage.push_back({skipped.path, 0, file.size_bytes, skipped.why});
  }
}

struct PluginPage {
  const char* page;
  const char* plugin;
};
constexpr PluginPage kPluginPages[] = {
    {"scalars", "scalars"},     {"histograms", "histograms"},
    {"images", "images"},       {"audio", "audio"},
    {"text", "text"},           {"hparams", "hparams"},
    {"PR curves", "pr_curves"}, {"meshes", "mesh"},
};

std::string counted(std::uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// What was looked through, for the sentence on an empty page.
std::string looked_through(const LogdirModel& model) {
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t damaged = 0;
  for (const auto& run : model.runs) {
    files += run->files.size();
    records += run->records;
    damaged += run->damaged_records;
  }
  std::string text = counted(records, "record") + " in " + counted(files, "event file");
  if (damaged > 0) text += ", of them " + std::to_string(damaged) + " damaged";
  return text;
}

bool has_plugin(const LogdirModel& model, const std::string& plugin) {
  return std::any_of(model.runs.begin(), model.runs.end(), [&](const auto& run) {
    return std::any_of(run->tags.begin(), run->tags.end(), [&](const auto& tag) {
      return tag->plugin == plugin || (plugin == "scalars" && tag->data_class == DataClass::scalar);
    });
  });
}

void explain_empty_pages(const LogdirModel& model, CheckReport& report) {
  const std::string looked = looked_through(model);
  const bool has_graph = !model.graphs.empty() || !model.saved_models.empty() ||
                         std::any_of(model.runs.begin(), model.runs.end(),
                                     [](const auto& run) { return !run->graphs.empty(); });
  if (!has_graph) {
    report.empty_pages.push_back(
        {"graph", looked + ", none holds a graph (graph_def, or a tag of graph_run_metadata, "
                           "graph_run_metadata_graph or graph_keras_model)"});
  }
  if (model.profiles.empty()) {
    report.empty_pages.push_back(
        {"profile",
         "no plugins/profile/<session>/<host>.xplane.pb and no trace.json below " + model.path});
  }
  for (const PluginPage& page : kPluginPages) {
    if (has_plugin(model, page.plugin)) continue;
    report.empty_pages.push_back({page.page, looked + ", no tag of the plugin " + page.plugin});
  }
}

}  // namespace

std::uint64_t CheckReport::damage_count() const noexcept {
  std::uint64_t count = 0;
  for (const CheckedFile& file : files) count += file.damage.size();
  return count;
}

CheckReport check_model(const LogdirModel& model) {
  CheckReport report;
  report.path = model.path;
  check_runs(model, report);
  check_profiles(model, report);
  check_models(model, report);
  explain_empty_pages(model, report);
  return report;
}

}  // namespace opscope::viewer
