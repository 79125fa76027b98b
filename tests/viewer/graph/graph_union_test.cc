#include "model/graph_union.h"

#include <gmock/gmock.h>

#include "graph_fixtures.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;

GraphUnion union_of(const std::vector<test::NodeText>& a, const std::vector<test::NodeText>& b) {
  const GraphModel before = test::model_of(a);
  const GraphModel after = test::model_of(b);
  return join_graphs(before, after, diff_graphs(before, after),
                     test::graph_def_of(b).SerializeAsString())
      .value();
}

DiffState state_of(const GraphUnion& all, const char* name) {
  const NodeId id = all.model.find(name);
  EXPECT_NE(id, kNoNode) << name;
  return id == kNoNode ? DiffState::equal : all.states[index_of(id)];
}

std::vector<std::string> inputs_of(const GraphUnion& all, const char* name) {
  std::vector<std::string> inputs;
  for (const std::uint32_t e : all.model.input_edges(all.model.find(name))) {
    inputs.emplace_back(all.model.node(all.model.edges()[e].from).name);
  }
  return inputs;
}

const std::vector<test::NodeText> kBefore{{"x", "Placeholder", {}},
                                          {"net/old", "Relu", {"x"}},
                                          {"net/mul", "Mul", {"net/old", "x"}},
                                          {"gone/a", "Abs", {"net/mul"}},
                                          {"y", "Neg", {"net/mul"}}};
const std::vector<test::NodeText> kAfter{{"x", "Placeholder", {}},
                                         {"net/mul", "Mul", {"x", "x"}},
                                         {"net/extra", "Exp", {"net/mul"}},
                                         {"y", "Neg", {"net/extra"}}};

TEST(GraphUnion, ShowsWhatWasRemovedWhereItWas) {
  const GraphUnion all = union_of(kBefore, kAfter);
  EXPECT_EQ(state_of(all, "net/old"), DiffState::removed);
  EXPECT_EQ(state_of(all, "gone"), DiffState::removed);
  EXPECT_EQ(state_of(all, "net/extra"), DiffState::added);
  EXPECT_EQ(state_of(all, "x"), DiffState::equal);
  EXPECT_EQ(state_of(all, "net"), DiffState::changed);
  EXPECT_THAT(inputs_of(all, "net/old"), ElementsAre("x"));
  // What it fed still shows that, behind the inputs it has now.
  EXPECT_THAT(inputs_of(all, "net/mul"), ElementsAre("x", "x", "net/old"));
  EXPECT_THAT(inputs_of(all, "gone/a"), ElementsAre("net/mul"));
}

TEST(GraphUnion, SaysWhatChanged) {
  const GraphUnion all = union_of(kBefore, kAfter);
  EXPECT_EQ(state_of(all, "y"), DiffState::changed);
  const auto remarks = all.remarks.find(static_cast<std::uint32_t>(all.model.find("y")));
  ASSERT_NE(remarks, all.remarks.end());
  EXPECT_THAT(remarks->second, ElementsAre("input 0: net/mul → net/extra"));
}

TEST(GraphUnion, PutsRemovedNodesIntoRenamedScopes) {
  const GraphUnion all = union_of({{"x", "Placeholder", {}},
                                   {"s/a", "Abs", {"x"}},
                                   {"s/b", "Neg", {"s/a"}},
                                   {"s/c", "Exp", {"s/b"}},
                                   {"s/lost", "Log", {"s/c"}}},
                                  {{"x", "Placeholder", {}},
                                   {"t/a", "Abs", {"x"}},
                                   {"t/b", "Neg", {"t/a"}},
                                   {"t/c", "Exp", {"t/b"}}});
  EXPECT_EQ(all.removed, 1U);
  const bool is_in_new_scope = all.model.find("t/lost") != kNoNode;
  const bool is_in_old_scope = all.model.find("s/lost") != kNoNode;
  EXPECT_TRUE(is_in_new_scope || is_in_old_scope);
  EXPECT_EQ(state_of(all, is_in_new_scope ? "t/lost" : "s/lost"), DiffState::removed);
}

TEST(GraphUnion, OfEqualGraphsIsTheGraph) {
  const GraphUnion all = union_of(kAfter, kAfter);
  EXPECT_EQ(all.model.op_count(), kAfter.size());
  for (const DiffState state : all.states) EXPECT_EQ(state, DiffState::equal);
}

}  // namespace
}  // namespace opscope::viewer
