#include "model/layout/network_simplex.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace opscope::viewer::layered {
namespace {

std::int64_t cost(const Table<Index>& values, const Table<SpringArc>& arcs) {
  std::int64_t sum = 0;
  for (const SpringArc& a : arcs) sum += std::int64_t{a.weight} * (values[a.to] - values[a.from]);
  return sum;
}

bool keeps_lengths(const Table<Index>& values, const Table<SpringArc>& arcs) {
  for (const SpringArc& a : arcs) {
    if (values[a.to] - values[a.from] < a.length) return false;
  }
  return true;
}

// The least cost over all values from 0 to `limit`.
std::int64_t least_cost(Table<Index>& values, Index at, Index limit, const Table<SpringArc>& arcs) {
  if (at == values.count()) {
    return keeps_lengths(values, arcs) ? cost(values, arcs) : INT64_MAX;
  }
  std::int64_t best = INT64_MAX;
  for (Index v = 0; v <= limit; ++v) {
    values[at] = v;
    best = std::min(best, least_cost(values, at + 1, limit, arcs));
  }
  return best;
}

TEST(NetworkSimplex, FindsTheOptimumOfEverySmallGraph) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const Index count = 5;
    Table<SpringArc> arcs;
    for (Index v = 1; v < count; ++v) {
      arcs.push_back({static_cast<Index>(random() % static_cast<unsigned>(v)), v,
                      static_cast<Index>(random() % 4), 1});
    }
    for (int extra = 0; extra < 3; ++extra) {
      const auto u = static_cast<Index>(random() % 5);
      const auto v = static_cast<Index>(random() % 5);
      if (u < v) arcs.push_back({u, v, static_cast<Index>(1 + random() % 4), 1});
    }
    Table<Index> values{0, 1, 2, 3, 4};
    const CancelToken cancel;
    WorkBudget budget(1'000'000, cancel);
    ASSERT_TRUE(improve_values(values, arcs, budget)) << "round " << round;
    ASSERT_TRUE(keeps_lengths(values, arcs)) << "round " << round;
    Table<Index> scratch(count, 0);
    ASSERT_EQ(cost(values, arcs), least_cost(scratch, 0, 4, arcs)) << "round " << round;
  }
}

TEST(NetworkSimplex, StaysFeasibleWhenTheBudgetEnds) {
  Table<SpringArc> arcs;
  Table<Index> values;
  std::mt19937 random(3);
  for (Index v = 0; v < 200; ++v) {
    values.push_back(3 * v);
    if (v > 0) arcs.push_back({static_cast<Index>(random() % static_cast<unsigned>(v)), v, 1, 1});
    if (v > 2) arcs.push_back({static_cast<Index>(random() % static_cast<unsigned>(v)), v, 3, 2});
  }
  const std::int64_t before = cost(values, arcs);
  const CancelToken cancel;
  WorkBudget budget(1, cancel);
  EXPECT_FALSE(improve_values(values, arcs, budget));
  EXPECT_TRUE(keeps_lengths(values, arcs));
  EXPECT_LT(cost(values, arcs), before);
}

TEST(NetworkSimplex, LeavesAGraphInTwoPartsAlone) {
  Table<Index> values{0, 5, 0, 7};
  const Table<SpringArc> arcs{{0, 1, 1, 1}, {2, 3, 1, 1}};
  const CancelToken cancel;
  WorkBudget budget(1000, cancel);
  EXPECT_FALSE(improve_values(values, arcs, budget));
  EXPECT_EQ(values, (Table<Index>{0, 5, 0, 7}));
}

}  // namespace
}  // namespace opscope::viewer::layered
