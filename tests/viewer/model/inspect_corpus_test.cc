// `opscope inspect --json` against what TensorFlow, TensorBoard and XProf say of the same logs.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "viewer/model/corpus.h"

namespace opscope::viewer::testing {
namespace {

namespace fs = std::filesystem;

// Facts of one tag over all files of its run, in the oracle's words.
struct TagFacts {
  std::uint64_t records = 0;
  std::string plugin;
  int dtype = 0;
  std::int64_t first_step = 0;
  std::int64_t last_step = 0;
};

const std::map<std::string, std::pair<std::string, int>> kLegacy{
    {"simple_value", {"scalars", 1}},
    {"histo", {"histograms", 2}},
    {"image", {"images", 7}},
    {"audio", {"audio", 7}},
};

void add_tag(const Json& facts, TagFacts& tag) {
  if (tag.records == 0) tag.first_step = facts.at("first").at("step");
  tag.records += facts.at("records").get<std::uint64_t>();
  tag.last_step = facts.at("last").at("step");
  if (facts.contains("tensor_first") && tag.dtype == 0) {
    tag.dtype = facts.at("tensor_first").at("dtype_enum");
  }
  if (facts.contains("metadata") && tag.plugin.empty()) {
    tag.plugin = facts.at("metadata").at("plugin_name");
  }
  for (const auto& [kind, count] : facts.at("value_kinds").items()) {
    const auto legacy = kLegacy.find(kind);
    if (legacy == kLegacy.end()) continue;
    if (tag.plugin.empty()) tag.plugin = legacy->second.first;
    if (tag.dtype == 0) tag.dtype = legacy->second.second;
  }
}

const std::map<int, std::string> kDtypes{{0, "DT_INVALID"}, {1, "DT_FLOAT"}, {2, "DT_DOUBLE"},
                                         {3, "DT_INT32"},   {4, "DT_UINT8"}, {7, "DT_STRING"},
                                         {9, "DT_INT64"},   {19, "DT_HALF"}};

void expect_tags_agree(const Json& run, const Json& expected_files) {
  std::map<std::string, TagFacts> tags;
  for (const auto& [file, facts] : expected_files.items()) {
    for (const auto& [name, tag] : facts.at("tags").items()) add_tag(tag, tags[name]);
  }
  EXPECT_EQ(run.at("tags").size(), tags.size());
  for (const auto& [name, expected] : tags) {
    SCOPED_TRACE("tag " + name);
    const Json tag = find_by(run.at("tags"), "tag", name);
    ASSERT_FALSE(tag.is_null());
    EXPECT_EQ(tag.at("records"), expected.records);
    EXPECT_EQ(tag.at("plugin"), expected.plugin);
    EXPECT_EQ(tag.at("dtype"), kDtypes.at(expected.dtype));
    EXPECT_EQ(tag.at("first_step"), expected.first_step);
    EXPECT_EQ(tag.at("last_step"), expected.last_step);
  }
}

// The graph of a tag as TensorBoard merges and draws it.
void expect_tag_graphs_agree(const Json& run, const Json& expected_files) {
  for (const auto& [file, facts] : expected_files.items()) {
    for (const auto& [name, tag] : facts.at("tags").items()) {
      if (!tag.contains("graph")) continue;
      SCOPED_TRACE("graph " + name);
      const Json& expected = tag.at("graph");
      const Json graph = find_by(run.at("graphs"), "tag", name);
      ASSERT_FALSE(graph.is_null());
      EXPECT_EQ(graph.at("kind"), tag.at("metadata").at("plugin_name"));
      if (expected.contains("tensorboard_merged_graph")) {
        const Json& merged = expected.at("tensorboard_merged_graph");
        EXPECT_EQ(graph.at("nodes"), merged.at("nodes"));
        EXPECT_EQ(graph.at("functions").size(), merged.at("library").at("functions"));
      }
      if (expected.contains("tensorboard_conceptual_graph")) {
        EXPECT_EQ(graph.at("nodes"), expected.at("tensorboard_conceptual_graph").size());
      }
    }
  }
}

void expect_run_graph_agrees(const Json& run, const Json& expected_files) {
  for (const auto& [file, facts] : expected_files.items()) {
    if (!facts.contains("graph_defs")) continue;
    const Json& expected = facts.at("graph_defs").back();
    const Json graph = find_by(run.at("graphs"), "kind", "run_graph");
    ASSERT_FALSE(graph.is_null());
    EXPECT_EQ(graph.at("tag"), "");
    EXPECT_EQ(graph.at("nodes"), expected.at("nodes"));
    const Json& functions = expected.at("library").at("by_function");
    EXPECT_EQ(graph.at("functions").size(), functions.size());
    for (const Json& function : graph.at("functions")) {
      EXPECT_EQ(function.at("nodes"), functions.at(function.at("name").get<std::string>()));
    }
  }
}

// TensorBoard's own reader keeps every point of small series: its last value is ours.
void expect_last_values_agree(const Json& run, const Json& expected) {
  const Json* reader = nullptr;
  if (expected.contains("plugin_event_accumulator"))
    reader = &expected.at("plugin_event_accumulator");
  if (reader == nullptr || !reader->is_object() || !reader->contains("points")) return;
  for (const auto& [name, points] : reader->at("points").items()) {
    if (points.at("plugin") != "scalars") continue;
    const Json& last = points.at("last");
    const Json tag = find_by(run.at("tags"), "tag", name);
    ASSERT_FALSE(tag.is_null()) << name;
    EXPECT_EQ(tag.at("data_class"), "scalar") << name;
    if (last.at("value").is_number() && tag.at("last_value").is_number()) {
      EXPECT_DOUBLE_EQ(tag.at("last_value").get<double>(), last.at("value").get<double>()) << name;
    }
  }
}

void expect_run_agrees(const Json& run, const Json& expected) {
  const Json& files = expected.at("files");
  EXPECT_EQ(run.at("event_files"), files.size());
  EXPECT_EQ(run.at("damaged_records"), 0);
  std::uint64_t records = 0;
  for (const auto& [file, facts] : files.items()) {
    records += facts.at("records").get<std::uint64_t>();
  }
  EXPECT_EQ(run.at("records"), records);
  EXPECT_EQ(run.at("first_wall_time"), files.front().at("first_wall_time"));
  expect_tags_agree(run, files);
  expect_tag_graphs_agree(run, files);
  expect_run_graph_agrees(run, files);
  expect_last_values_agree(run, expected);
}

void expect_folder_agrees(const std::string& folder) {
  const Json expected = oracle(folder);
  std::size_t runs_seen = 0;
  for (const auto& [name, logdir] : expected.at("logdirs").items()) {
    SCOPED_TRACE(folder + "/" + name);
    const Json document = inspect(corpus_path(folder) / name);
    EXPECT_EQ(document.at("runs").size(), logdir.at("runs").size());
    for (const auto& [run_name, run] : logdir.at("runs").items()) {
      SCOPED_TRACE("run " + run_name);
      const Json found = find_by(document.at("runs"), "run", run_name);
      ASSERT_FALSE(found.is_null());
      expect_run_agrees(found, run);
      ++runs_seen;
    }
  }
  EXPECT_GT(runs_seen, 0U);
}

TEST(InspectCorpus, AgreesOnTheNotebooksLogs) { expect_folder_agrees("seed"); }
TEST(InspectCorpus, AgreesOnEverySummaryKindOfTensorFlow) { expect_folder_agrees("tf_small"); }
TEST(InspectCorpus, AgreesOnKeras) { expect_folder_agrees("keras"); }
TEST(InspectCorpus, AgreesOnLargeGraphs) { expect_folder_agrees("graphs"); }
TEST(InspectCorpus, AgreesOnFunctionLibraries) { expect_folder_agrees("graphs_lib"); }
TEST(InspectCorpus, AgreesOnPyTorch) { expect_folder_agrees("torch"); }
TEST(InspectCorpus, AgreesOnTensorboardX) { expect_folder_agrees("tensorboardX"); }

// (plane, line, events, summed duration) of every line.
using LineFacts = std::tuple<std::string, std::string, std::uint64_t, std::int64_t>;

std::multiset<LineFacts> expected_lines(const Json& xplane) {
  std::multiset<LineFacts> lines;
  for (const Json& plane : xplane.at("planes")) {
    for (const Json& line : plane.at("lines")) {
      lines.emplace(plane.at("name"), line.at("name"), line.at("events"),
                    line.at("sum_duration_ps"));
    }
  }
  return lines;
}

std::multiset<LineFacts> found_lines(const Json& session) {
  std::multiset<LineFacts> lines;
  for (const Json& plane : session.at("hosts").at(0).at("planes")) {
    for (const Json& line : plane.at("lines")) {
      lines.emplace(plane.at("name"), line.at("name"), line.at("events"), line.at("duration_ps"));
    }
  }
  return lines;
}

void expect_xplanes_agree(const fs::path& root, const Json& xplanes) {
  const Json document = inspect(root);
  for (const auto& [path, expected] : xplanes.items()) {
    SCOPED_TRACE(path);
    const fs::path session_folder = fs::path(path).parent_path();
    const Json session =
        find_by(document.at("profiles"), "session", session_folder.filename().string());
    ASSERT_FALSE(session.is_null());
    EXPECT_EQ(session.at("hosts").at(0).at("host"), expected.at("hostnames").at(0));
    EXPECT_EQ(session.at("hosts").at(0).at("planes").size(), expected.at("planes").size());
    EXPECT_EQ(found_lines(session), expected_lines(expected));
  }
}

TEST(InspectCorpus, AgreesOnXplanes) {
  const Json expected = oracle("profiles");
  for (const char* name : {"jax", "tf", "tf_sleep"}) {
    SCOPED_TRACE(name);
    expect_xplanes_agree(corpus_path("profiles") / name, expected.at(name).at("xplane"));
  }
  expect_xplanes_agree(corpus_path("seed"), oracle("seed").at("profiles").at("xplane"));
}

TEST(InspectCorpus, ReadsEveryEventOfChromeTraces) {
  const Json torch = inspect(corpus_path("profiles/torch"));
  std::uint64_t events = 0;
  for (const Json& host : torch.at("profiles").at(0).at("hosts")) {
    for (const Json& plane : host.at("planes")) {
      for (const Json& line : plane.at("lines")) events += line.at("events").get<std::uint64_t>();
    }
  }
  const Json phases = oracle("profiles").at("torch").at("chrome_trace").front().at("ph");
  EXPECT_EQ(events, phases.at("X").get<std::uint64_t>() + phases.at("i").get<std::uint64_t>());
}

std::string dtype_of(const std::string& name) {
  std::string upper = "DT_";
  if (name.starts_with("DT_")) return name;
  if (name == "float32") return "DT_FLOAT";
  if (name == "float64") return "DT_DOUBLE";
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

void expect_tensors_agree(const Json& found, const Json& expected) {
  EXPECT_EQ(found.size(), expected.size());
  for (const auto& [key, tensor] : expected.items()) {
    const Json ours = find_by(found, "name", key);
    ASSERT_FALSE(ours.is_null()) << key;
    EXPECT_EQ(ours.at("dtype"), dtype_of(tensor.at("dtype"))) << key;
    EXPECT_EQ(ours.at("tensor"), tensor.at("name")) << key;
    if (tensor.at("shape").is_array()) {
      EXPECT_EQ(ours.at("shape"), tensor.at("shape")) << key;
    } else {
      EXPECT_TRUE(ours.at("shape").is_null()) << key;
    }
  }
}

void expect_model_agrees(const Json& model, const Json& meta_graph) {
  EXPECT_EQ(model.at("tags"), meta_graph.at("tags"));
  EXPECT_EQ(model.at("signatures").size(), meta_graph.at("signatures").size());
  for (const auto& [name, signature] : meta_graph.at("signatures").items()) {
    SCOPED_TRACE(name);
    const Json ours = find_by(model.at("signatures"), "name", name);
    ASSERT_FALSE(ours.is_null());
    EXPECT_EQ(ours.at("method_name"), signature.at("method_name"));
    expect_tensors_agree(ours.at("inputs"), signature.at("inputs"));
    expect_tensors_agree(ours.at("outputs"), signature.at("outputs"));
  }
}

TEST(InspectCorpus, AgreesOnSavedModels) {
  const Json models = oracle("savedmodels").at("models");
  for (const auto& [name, expected] : models.items()) {
    SCOPED_TRACE(name);
    const Json document = inspect(corpus_path("savedmodels") / name);
    ASSERT_EQ(document.at("saved_models").size(), 1U);
    const Json& model = document.at("saved_models").at(0);
    const Json& meta_graph = expected.at("meta_graphs").at(0);
    expect_model_agrees(model, meta_graph);
    std::multiset<std::pair<std::string, std::string>> variables;
    std::multiset<std::pair<std::string, std::string>> found;
    if (meta_graph.contains("object_graph") &&
        meta_graph.at("object_graph").contains("variables")) {
      for (const Json& variable : meta_graph.at("object_graph").at("variables")) {
        variables.emplace(variable.at(0), dtype_of(variable.at(1)));
      }
    }
    for (const Json& variable : model.at("variables")) {
      found.emplace(variable.at("name"), variable.at("dtype"));
    }
    if (name == "tf1_simple_save") variables = {{"scope/v", "DT_FLOAT"}};
    EXPECT_EQ(found, variables);
    const Json& graph = document.at("runs").at(0).at("graphs").at(0);
    EXPECT_EQ(graph.at("kind"), "saved_model");
    EXPECT_EQ(graph.at("nodes"), meta_graph.at("graph").at("nodes"));
    EXPECT_EQ(graph.at("functions").size(), meta_graph.at("graph").at("library").at("functions"));
  }
}

TEST(InspectCorpus, ListsAreSortedByName) {
  const Json document = inspect(corpus_path("tf_small"));
  std::vector<std::string> runs;
  for (const Json& run : document.at("runs")) {
    runs.push_back(run.at("run"));
    std::vector<std::string> tags;
    for (const Json& tag : run.at("tags")) tags.push_back(tag.at("tag"));
    EXPECT_TRUE(std::is_sorted(tags.begin(), tags.end()));
  }
  EXPECT_GE(runs.size(), 9U);
  EXPECT_TRUE(std::is_sorted(runs.begin(), runs.end()));
}

}  // namespace
}  // namespace opscope::viewer::testing
