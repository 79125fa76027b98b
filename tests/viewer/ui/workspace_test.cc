#include "ui/workspace.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

const std::string kCorpus = OPSCOPE_SHARED "/corpus/";

TEST(Workspace, LoadsAProfileOnceItIsAskedFor) {
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(kCorpus + "profiles/tf");
  ASSERT_TRUE(workspace.poll());
  ASSERT_EQ(workspace.model().profiles.size(), 1U);
  const ProfileSession session = workspace.model().profiles[0];
  EXPECT_TRUE(workspace.profile(session).is_loading);
  workspace.poll();
  EXPECT_NE(workspace.profile(session).value, nullptr);
}

TEST(Workspace, TellsRunsOfSeveralPathsApart) {
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(kCorpus + "keras");
  workspace.open(kCorpus + "tf_small/kinds");
  workspace.poll();
  EXPECT_NE(find_run(workspace.model(), "keras/fit/train"), nullptr);
}

TEST(Workspace, SeesALogThatAppears) {
  const testing::TempDir folder;
  InlineExecutor executor;
  Workspace workspace(executor);
  workspace.open(folder.path());
  workspace.poll();
  EXPECT_TRUE(workspace.model().runs.empty());
  std::filesystem::copy(kCorpus + "keras/fit", folder / "fit",
                        std::filesystem::copy_options::recursive);
  workspace.refresh();
  workspace.poll();
  EXPECT_EQ(workspace.model().runs.size(), 2U);
  EXPECT_TRUE(workspace.was_refreshed());
}

TEST(PreferredGraph, IsTheGraphOfOperations) {
  std::vector<GraphSource> graphs(3);
  graphs[0].kind = GraphKind::graph_run_metadata_graph;
  graphs[0].size = 40;  // a trace without nodes
  graphs[1].kind = GraphKind::graph_keras_model;
  graphs[1].size = 4000;
  EXPECT_EQ(preferred_graph({graphs[0], graphs[1]}, "", ""), 1);
  graphs[2].kind = GraphKind::run_graph;
  graphs[2].size = 4000;
  EXPECT_EQ(preferred_graph(graphs, "", ""), 2);
  EXPECT_EQ(preferred_graph(graphs, "no such run", ""), -1);
}

}  // namespace
}  // namespace opscope::viewer
