// The promises of a drawing, kept on every graph of the shared corpus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "event_graphs.h"
#include "layout_checks.h"
#include "model/graph_layout.h"

namespace opscope::viewer {
namespace {

using ::testing::IsSubsetOf;

const std::string kCorpus = std::string(OPSCOPE_SHARED) + "/corpus";
constexpr std::size_t kManyBoxes = 700;

// Opens nodes, the largest first, as long as the picture stays small enough to be checked.
std::vector<NodeId> nodes_to_open(const GraphModel& model) {
  std::vector<NodeId> opened;
  std::vector<NodeId> pending{kRootNode};
  std::size_t boxes = model.children(kRootNode).size();
  for (std::size_t head = 0; head < pending.size(); ++head) {
    for (const NodeId child : model.children(pending[head])) {
      const std::size_t inside = model.children(child).size();
      if (inside == 0 || boxes + inside > kManyBoxes) continue;
      boxes += inside;
      opened.push_back(child);
      pending.push_back(child);
    }
  }
  return opened;
}

void check_model(const GraphModel& model, const std::string& name) {
  GraphLayoutRequest request;
  request.model = &model;
  const GraphLayout closed = layout_graph(request);
  EXPECT_EQ(test::check_graph_layout(closed), "") << name << " closed";
  EXPECT_LE(closed.boxes.size(), 20u) << name << ": the first picture must be legible";
  request.opened = model.first_opened();
  EXPECT_EQ(test::check_graph_layout(layout_graph(request)), "") << name << " at first";
  request.opened = nodes_to_open(model);
  const GraphLayout opened = layout_graph(request);
  EXPECT_EQ(test::check_graph_layout(opened), "") << name << " opened";
  EXPECT_EQ(test::fingerprint(layout_graph(request)), test::fingerprint(opened)) << name;
  request.is_input_at_bottom = false;
  EXPECT_EQ(test::check_graph_layout(layout_graph(request)), "") << name << " downwards";
}

class CorpusLayout : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCorpus)) GTEST_SKIP() << "no corpus at " << kCorpus;
  }
};

TEST_P(CorpusLayout, KeepsItsPromises) {
  for (const test::StoredGraph& graph : test::read_folder_graphs(kCorpus + "/" + GetParam())) {
    const auto model = build_graph_model(graph.bytes, graph.kind);
    ASSERT_TRUE(model) << graph.name << ": " << model.error().what();
    check_model(*model, graph.name);
  }
}

INSTANTIATE_TEST_SUITE_P(Folders, CorpusLayout,
                         ::testing::Values("graphs", "graphs_lib", "keras", "torch", "tf_small",
                                           "seed", "tensorboardX"),
                         [](const auto& folder) { return std::string(folder.param); });

TEST(CorpusSavedModels, KeepTheirPromises) {
  const std::string folder = kCorpus + "/savedmodels";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << kCorpus;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string path = entry.path().string() + "/saved_model.pb";
    if (!std::filesystem::exists(path)) continue;
    const auto model = build_graph_model_from_saved_model(test::read_bytes(path));
    ASSERT_TRUE(model) << path << ": " << model.error().what();
    check_model(*model, path);
  }
}

std::vector<std::string> closed_labels(const std::string& folder) {
  const auto graphs = test::read_folder_graphs(kCorpus + "/graphs/" + folder);
  if (graphs.empty()) return {};
  const auto model = build_graph_model(graphs[0].bytes, graphs[0].kind);
  GraphLayoutRequest request;
  request.model = &*model;
  std::vector<std::string> labels;
  for (const LayoutBox& box : layout_graph(request).boxes) labels.push_back(box.label);
  return labels;
}

TEST(CorpusFirstPicture, ShowsTheModelItsLossAndItsGradients) {
  if (!std::filesystem::exists(kCorpus)) GTEST_SKIP() << "no corpus at " << kCorpus;
  const std::vector<std::string> resnet{
      "x", "y", "resnet50_1", "sparse_catego…l_crossentropy", "gradient_tape", "sgd"};
  EXPECT_THAT(resnet, IsSubsetOf(closed_labels("resnet50")));
  const std::vector<std::string> bert{"x",    "y",           "bertlike_1", "gradient_tape",
                                      "adam", "other graphs"};
  EXPECT_THAT(bert, IsSubsetOf(closed_labels("bertlike12")));
}

}  // namespace
}  // namespace opscope::viewer
