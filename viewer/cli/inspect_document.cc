#include "cli/inspect_document.h"

#include <algorithm>
#include <map>

#include "model/graph_facts.h"
#include "model/profile_build.h"
#include "model/profile_loader.h"
#include "model/units.h"

namespace opscope::viewer {
namespace {

const char* data_class_name(DataClass data_class) {
  switch (data_class) {
    case DataClass::scalar:
      return "scalar";
    case DataClass::tensor:
      return "tensor";
    case DataClass::blob_sequence:
      return "blob_sequence";
    case DataClass::unknown:
      return "unknown";
  }
  return "unknown";
}

Json tag_document(const Tag& tag) {
  Json document;
  document["tag"] = printable(tag.name);
  document["plugin"] = printable(tag.plugin);
  document["data_class"] = data_class_name(tag.data_class);
  document["dtype"] = dtype_name(tag.dtype);
  document["records"] = tag.records;
  document["first_step"] = tag.first_step;
  document["last_step"] = tag.last_step;
  document["last_value"] =
      tag.scalars.size() == 0 ? Json(nullptr) : json_number(tag.scalars.values.back());
  if (tag.odd_values > 0) document["odd_values"] = tag.odd_values;
  return document;
}

Json graph_document(const GraphSource& source, std::vector<std::string>& problems) {
  Json document;
  document["tag"] = printable(source.tag);
  document["kind"] = graph_kind_name(source.kind);
  GraphFacts facts;
  const Result<GraphBytes> graph = load_graph(source);
  if (!graph) {
    problems.emplace_back(graph.error().what());
  } else if (Result<GraphFacts> known = graph_facts(*graph); known) {
    facts = std::move(*known);
  } else {
    problems.push_back(std::string(known.error().what()) + ", graph " + source.tag + " in " +
                       source.file + ", run opscope check on it");
  }
  document["nodes"] = facts.nodes;
  document["functions"] = Json::array();
  for (const FunctionFacts& function : facts.functions) {
    document["functions"].push_back(
        {{"name", printable(function.name)}, {"nodes", function.nodes}});
  }
  return document;
}

bool is_wanted(const GraphSource& graph, const InspectFilter& filter) {
  return filter.tag.empty() || graph.tag == filter.tag;
}

Json run_document(const Run& run, const InspectFilter& filter, std::vector<std::string>& problems) {
  Json document;
  document["run"] = printable(run.name);
  document["first_wall_time"] =
      run.first_wall_time ? json_number(*run.first_wall_time) : Json(nullptr);
  document["event_files"] = run.files.size();
  document["records"] = run.records;
  document["damaged_records"] = run.damaged_records;
  document["tags"] = Json::array();
  for (const auto& tag : run.tags) {
    if (filter.tag.empty() || tag->name == filter.tag)
      document["tags"].push_back(tag_document(*tag));
  }
  document["graphs"] = Json::array();
  for (const GraphSource& graph : run.graphs) {
    if (is_wanted(graph, filter)) document["graphs"].push_back(graph_document(graph, problems));
  }
  return document;
}

Json line_document(const ProfileLine& line) {
  std::int64_t total = 0;
  for (const std::int64_t duration : line.duration_ps) total = saturating_add(total, duration);
  return {{"name", printable(line.name)}, {"events", line.size()}, {"duration_ps", total}};
}

Json plane_document(const Profile& profile, const ProfilePlane& plane) {
  std::vector<std::uint32_t> order = plane.lines;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return profile.lines[a].name < profile.lines[b].name;
  });
  Json lines = Json::array();
  for (const std::uint32_t line : order) lines.push_back(line_document(profile.lines[line]));
  return {{"name", printable(plane.name)}, {"lines", std::move(lines)}};
}

Json session_document(const ProfileSession& session, std::vector<std::string>& problems) {
  Json hosts = Json::array();
  for (const ProfileHost& host : session.hosts) {
    const Result<Profile> profile = load_profile(std::span(&host, 1));
    if (!profile) {
      problems.emplace_back(profile.error().what());
      continue;
    }
    problems.insert(problems.end(), profile->warnings.begin(), profile->warnings.end());
    std::vector<const ProfilePlane*> planes;
    for (const ProfilePlane& plane : profile->planes) planes.push_back(&plane);
    std::stable_sort(planes.begin(), planes.end(),
                     [](const auto* a, const auto* b) { return a->name < b->name; });
    Json documents = Json::array();
    for (const ProfilePlane* plane : planes) documents.push_back(plane_document(*profile, *plane));
    hosts.push_back({{"host", printable(host.host)}, {"planes", std::move(documents)}});
  }
  return {{"run", printable(session.run)},
          {"session", printable(session.session)},
          {"hosts", std::move(hosts)}};
}

Json shape_document(bool has_rank, const std::vector<std::int64_t>& shape) {
  return has_rank ? Json(shape) : Json(nullptr);
}

Json tensors_document(const std::vector<TensorInfoModel>& tensors) {
  Json documents = Json::array();
  for (const TensorInfoModel& tensor : tensors) {
    documents.push_back({{"name", tensor.key},
                         {"tensor", tensor.tensor},
                         {"dtype", dtype_name(tensor.dtype)},
                         {"shape", shape_document(tensor.has_rank, tensor.shape)}});
  }
  return documents;
}

Json saved_model_document(const SavedModelInfo& info) {
  Json signatures = Json::array();
  for (const SignatureModel& signature : info.signatures) {
    signatures.push_back({{"name", signature.name},
                          {"method_name", signature.method},
                          {"inputs", tensors_document(signature.inputs)},
                          {"outputs", tensors_document(signature.outputs)}});
  }
  Json variables = Json::array();
  for (const VariableModel& variable : info.variables) {
    variables.push_back({{"name", variable.name},
                         {"dtype", dtype_name(variable.dtype)},
                         {"shape", variable.shape}});
  }
  return {{"path", printable(info.path)},
          {"tags", info.tags},
          {"signatures", std::move(signatures)},
          {"variables", std::move(variables)}};
}

// Graphs of SavedModels and of files belong to no event file: they are listed under the run ".".
Json loose_graphs(const LogdirModel& model, const InspectFilter& filter,
                  std::vector<std::string>& problems) {
  Json graphs = Json::array();
  for (const GraphSource& graph : model.graphs) {
    if (is_wanted(graph, filter)) graphs.push_back(graph_document(graph, problems));
  }
  for (const SavedModelInfo& info : model.saved_models) {
    if (is_wanted(info.graph, filter)) graphs.push_back(graph_document(info.graph, problems));
  }
  return graphs;
}

// One sentence per file that is damaged or still growing.
void tell_damage(const Run& run, std::vector<std::string>& problems) {
  for (const EventFile& file : run.files) {
    if (!file.damaged.empty()) {
      const Damage& first = file.damaged.front();
      problems.push_back(std::to_string(file.damaged.size()) +
                         (file.damaged.size() == 1 ? " damaged place, " : " damaged places, ") +
                         file.path + " from byte " + std::to_string(first.offset) + " (" +
                         first.what + "), everything else is shown; see opscope check");
    }
    if (file.is_incomplete) {
      problems.push_back("the last record is cut, " + file.path + " from byte " +
                         std::to_string(file.read_bytes) +
                         ", it is shown once the rest is written");
    }
  }
}

Json runs_document(const LogdirModel& model, const InspectFilter& filter,
                   std::vector<std::string>& problems) {
  constexpr const char* kRoot = ".";
  std::map<std::string, Json> runs;
  for (const auto& run : model.runs) {
    if (!filter.run.empty() && run->name != filter.run) continue;
    runs[run->name] = run_document(*run, filter, problems);
    tell_damage(*run, problems);
  }
  if (filter.run.empty() || filter.run == kRoot) {
    Json graphs = loose_graphs(model, filter, problems);
    if (!graphs.empty() && !runs.contains(kRoot)) {
      Run root;
      root.name = kRoot;
      runs[kRoot] = run_document(root, filter, problems);
    }
    for (Json& graph : graphs) runs[kRoot]["graphs"].push_back(std::move(graph));
  }
  Json documents = Json::array();
  for (auto& [name, run] : runs) documents.push_back(std::move(run));
  return documents;
}

}  // namespace

Json inspect_document(const LogdirModel& model, const InspectFilter& filter,
                      std::vector<std::string>& problems) {
  Json document;
  document["path"] = printable(model.path);
  document["runs"] = runs_document(model, filter, problems);
  document["profiles"] = Json::array();
  for (const ProfileSession& session : model.profiles) {
    if (!filter.run.empty() && session.run != filter.run) continue;
    document["profiles"].push_back(session_document(session, problems));
  }
  document["saved_models"] = Json::array();
  for (const SavedModelInfo& info : model.saved_models) {
    document["saved_models"].push_back(saved_model_document(info));
  }
  for (const SkippedFile& file : model.skipped) problems.push_back(file.path + ": " + file.why);
  return document;
}

}  // namespace opscope::viewer
