#include "model/layout/layered.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "layout_checks.h"

namespace opscope::viewer {
namespace {

struct Problem {
  std::vector<LayeredBox> boxes;
  std::vector<LayeredEdge> edges;
};

Problem random_problem(unsigned seed, int nodes, int edges) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Problem problem;
  for (int i = 0; i < nodes; ++i) problem.boxes.push_back({30 + below(120), 20 + below(60)});
  for (int i = 0; i < edges; ++i) problem.edges.push_back({below(nodes), below(nodes)});
  return problem;
}

std::string fault_of(const Problem& problem, const LayeredOptions& options = {}) {
  return test::check_layered(problem.boxes, problem.edges,
                             layout_layered(problem.boxes, problem.edges, options));
}

TEST(Layered, KeepsItsPromisesOnRandomGraphsWithCyclesLoopsAndParallelEdges) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const int nodes = 1 + static_cast<int>(seed % 40);
    const Problem problem = random_problem(seed, nodes, 2 * nodes);
    ASSERT_EQ(fault_of(problem), "") << "seed " << seed;
    LayeredOptions frame;
    frame.effort = LayoutEffort::frame;
    ASSERT_EQ(fault_of(problem, frame), "") << "seed " << seed;
  }
}

TEST(Layered, GivesTheSameDrawingAgain) {
  const Problem problem = random_problem(99, 120, 260);
  const LayeredResult first = layout_layered(problem.boxes, problem.edges);
  const LayeredResult second = layout_layered(problem.boxes, problem.edges);
  EXPECT_EQ(first.origins, second.origins);
  EXPECT_EQ(first.route_points, second.route_points);
}

TEST(Layered, DrawsNothingOfNothing) {
  const LayeredResult result = layout_layered({}, {});
  EXPECT_TRUE(result.origins.empty());
  EXPECT_EQ(result.width_px, 0);
}

TEST(Layered, DrawsOneBoxAtTheOrigin) {
  const std::vector<LayeredBox> boxes{{50, 20}};
  const LayeredResult result = layout_layered(boxes, {});
  EXPECT_EQ(result.origins[0], (LayoutPoint{0, 0}));
  EXPECT_EQ(result.width_px, 50);
  EXPECT_EQ(result.height_px, 20);
}

TEST(Layered, DrawsAnAcyclicGraphDownwards) {
  Problem problem = random_problem(4, 60, 150);
  for (LayeredEdge& e : problem.edges) {
    if (e.from > e.to) std::swap(e.from, e.to);
  }
  const LayeredResult result = layout_layered(problem.boxes, problem.edges);
  for (const LayeredEdge& e : problem.edges) {
    if (e.from == e.to) continue;
    EXPECT_LT(result.origins[static_cast<std::size_t>(e.from)].y,
              result.origins[static_cast<std::size_t>(e.to)].y);
  }
}

TEST(Layered, DrawsAStarOfFiveThousand) {
  std::vector<LayeredBox> boxes(5001, {60, 24});
  std::vector<LayeredEdge> edges;
  for (int i = 1; i <= 5000; ++i) edges.push_back({0, i});
  const LayeredResult result = layout_layered(boxes, edges);
  EXPECT_EQ(result.crossings, 0);
  EXPECT_EQ(result.layer_count, 2);
}

TEST(Layered, DrawsALongChainWithoutRecursion) {
  const int length = 100'000;
  std::vector<LayeredBox> boxes(length, {60, 24});
  std::vector<LayeredEdge> edges;
  for (int i = 0; i + 1 < length; ++i) edges.push_back({i, i + 1});
  const LayeredResult result = layout_layered(boxes, edges);
  EXPECT_EQ(result.layer_count, length);
  EXPECT_EQ(result.width_px, 60);
}

TEST(Layered, DrawsACompleteBipartiteGraph) {
  Problem problem;
  problem.boxes.assign(40, {40, 20});
  for (int i = 0; i < 20; ++i) {
    for (int j = 20; j < 40; ++j) problem.edges.push_back({i, j});
  }
  EXPECT_EQ(fault_of(problem), "");
  // Every two of the upper and two of the lower boxes make one crossing.
  EXPECT_EQ(layout_layered(problem.boxes, problem.edges).crossings, 190 * 190);
}

TEST(Layered, PutsPinnedBoxesInLayersOfTheirOwn) {
  const std::vector<LayeredBox> boxes{{10, 0, LayerPin::first}, {50, 20}, {50, 20},
                                      {10, 0, LayerPin::last},  {50, 20}, {50, 20}};
  const std::vector<LayeredEdge> edges{{0, 2}, {1, 2}, {2, 3}, {4, 5}};
  const LayeredResult result = layout_layered(boxes, edges);
  EXPECT_EQ(test::check_layered(boxes, edges, result), "");
  EXPECT_EQ(result.origins[0].y, 0);
  EXPECT_EQ(result.origins[3].y, result.height_px);
  EXPECT_GT(result.origins[1].y, 0);
}

TEST(Layered, EndsEdgesAtGivenPorts) {
  const std::vector<LayeredBox> boxes{{100, 20}, {200, 20}};
  const std::vector<LayeredEdge> edges{{0, 1, 5, 7, 180}};
  const LayeredResult result = layout_layered(boxes, edges);
  EXPECT_EQ(result.route(0).front().x - result.origins[0].x, 7);
  EXPECT_EQ(result.route(0).back().x - result.origins[1].x, 180);
}

TEST(Layered, IgnoresEdgesWithoutBoxes) {
  const std::vector<LayeredBox> boxes{{50, 20}};
  const std::vector<LayeredEdge> edges{{0, 3}, {-1, 0}};
  const LayeredResult result = layout_layered(boxes, edges);
  EXPECT_TRUE(result.route(0).empty());
  EXPECT_TRUE(result.route(1).empty());
}

TEST(Layered, GivesNothingWhenCancelled) {
  const Problem problem = random_problem(8, 200, 400);
  const CancelToken cancel;
  cancel.cancel();
  const LayeredResult result = layout_layered(problem.boxes, problem.edges, {}, cancel);
  EXPECT_FALSE(result.is_complete);
  EXPECT_TRUE(result.origins.empty());
}

// Wherever the wish to stop finds the work, the result is whole or nothing.
TEST(Layered, GivesAllOrNothingWhenCancelledOnTheWay) {
  const Problem problem = random_problem(9, 100, 200);
  for (int turns = 1; turns < 500; turns *= 4) {
    const CancelToken cancel;
    std::thread other([&] {
      for (int turn = 0; turn < turns; ++turn) std::this_thread::yield();
      cancel.cancel();
    });
    const LayeredResult result = layout_layered(problem.boxes, problem.edges, {}, cancel);
    other.join();
    if (result.is_complete) {
      EXPECT_EQ(test::check_layered(problem.boxes, problem.edges, result), "") << turns;
    } else {
      EXPECT_TRUE(result.origins.empty()) << turns;
    }
  }
}

}  // namespace
}  // namespace opscope::viewer
