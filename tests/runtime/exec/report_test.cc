// What traces tell of nodes that ran in one pass.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/trace.h"
#include "plan_runs.h"
#include "support/temp_dir.h"

namespace opscope::runtime {
namespace {

// The file of a trace of one call; what it holds is not compressed.
std::string traced_bytes(const Tensor& x) {
  const testing::TempDir directory;
  auto writer = summary::create_file_writer(directory.path());
  const auto f = function([](const Tensor& a) { return tanh(a * 2.f); }, {}, {.name = "f"});
  summary::trace_on({.graph = true});
  (void)f(x);
  summary::trace_export(writer, {.name = "f", .step = 0});
  writer.close();
  std::ifstream file(writer.path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Report, NamesAllNodesOfAPassOverBlocks) {
  EXPECT_THAT(traced_bytes(ones({100, 100})),
              ::testing::HasSubstr("Tanh = _FusedElementwise(mul: Mul, Tanh: Tanh)"));
}

TEST(Report, NamesNodesThatRanOneByOne) {
  const std::string bytes = traced_bytes(ones({10}));
  EXPECT_THAT(bytes, ::testing::HasSubstr("mul = Mul"));
  EXPECT_THAT(bytes, ::testing::HasSubstr("Tanh = Tanh"));
}

}  // namespace
}  // namespace opscope::runtime
