// How fast graphs become pictures, and how good the pictures are.
//   graph_bench [--corpus PATH]          times of model and layout for the graphs in a logdir or
//   file graph_bench --problems FILE --out DIR [--effort frame|full]
//                                        draws layout problems and writes DIR/0000.json, ...
//   graph_bench --speed large|growth|open|frames   rows of the speed table
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "graph_speed.h"
#include "layout_problems.h"
#include "model/graph_layout.h"
#include "model/logdir.h"
#include "opscope/error.h"

namespace opscope::bench {
namespace {

using viewer::GraphLayout;
using viewer::GraphLayouter;
using viewer::GraphLayoutRequest;
using viewer::GraphModel;
using viewer::NodeId;

constexpr int kRepeats = 5;

class Stopwatch {
 public:
  [[nodiscard]] double ms() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// The least of several times, after which `work` is known to be warm.
template <typename Work>
double least_ms(const Work& work) {
  double best = 1e300;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    work();
    best = std::min(best, watch.ms());
  }
  return best;
}

// Opens every scope below `at` that is `levels` deep at most, one after the other.
void bench_openings(const GraphModel& model, int levels) {
  GraphLayouter layouter;
  GraphLayoutRequest request;
  request.model = &model;
  (void)layouter.layout(request);
  double slowest = 0;
  double sum = 0;
  int count = 0;
  std::string slowest_name;
  std::vector<NodeId> level{viewer::kRootNode};
  for (int depth = 0; depth < levels; ++depth) {
    std::vector<NodeId> next;
    for (const NodeId at : level) {
      for (const NodeId child : model.children(at)) {
        if (model.node(child).has_children()) next.push_back(child);
      }
    }
    for (const NodeId id : next) {
      request.opened.push_back(id);
      const Stopwatch watch;
      (void)layouter.layout(request);
      const double ms = watch.ms();
      sum += ms;
      ++count;
      if (ms > slowest) {
        slowest = ms;
        slowest_name = model.label(id);
      }
    }
    level = std::move(next);
  }
  std::printf("  opening %d nodes, %d levels: mean %.2f ms, slowest %.2f ms (%s)\n", count, levels,
              count == 0 ? 0 : sum / count, slowest, slowest_name.c_str());
}

void bench_graph(const viewer::GraphSource& source) {
  const viewer::GraphBytes graph = viewer::load_graph(source).value();
  const auto model = viewer::build_graph_model(graph.bytes, graph.kind);
  if (!model) {
    std::printf("%s: %s\n", source.file.c_str(), model.error().what());
    return;
  }
  const double build = least_ms([&] { (void)viewer::build_graph_model(graph.bytes, graph.kind); });
  GraphLayoutRequest request;
  request.model = &*model;
  GraphLayout closed;
  const double layout = least_ms([&] { closed = viewer::layout_graph(request); });
  std::printf(
      "%s %s\n  %zu ops, %.1f MB: model %.2f ms, first layout %.2f ms, %zu boxes, %.0f x %.0f\n",
      source.run.c_str(), source.tag.c_str(), model->op_count(),
      static_cast<double>(graph.bytes.size()) / 1e6, build, layout, closed.boxes.size(),
      static_cast<double>(closed.bounds.width), static_cast<double>(closed.bounds.height));
  for (const viewer::LayoutBox& box : closed.boxes) {
    std::printf("    %s (%u)\n", box.label.c_str(), model->node(box.node).op_count);
  }
  bench_openings(*model, 1);
  bench_openings(*model, 2);
}

// All graphs that a path holds: of its runs, then those that belong to none.
void bench_graphs(const std::string& path) {
  const auto logdir = viewer::Logdir::open(path).value();
  const auto model = logdir.snapshot();
  for (const auto& run : model->runs) {
    for (const viewer::GraphSource& source : run->graphs) bench_graph(source);
  }
  for (const viewer::GraphSource& source : model->graphs) bench_graph(source);
}

void bench_problems(const std::string& file, const std::string& folder,
                    viewer::LayoutEffort effort) {
  std::filesystem::create_directories(folder);
  viewer::LayeredOptions options;
  options.effort = effort;
  std::size_t number = 0;
  for (const LayoutProblem& problem : read_layout_problems(file)) {
    const Stopwatch watch;
    const viewer::LayeredResult result =
        viewer::layout_layered(problem.boxes, problem.edges, options);
    std::printf("%s n=%zu m=%zu %.2f ms crossings %lld layers %d\n", problem.id.c_str(),
                problem.boxes.size(), problem.edges.size(), watch.ms(),
                static_cast<long long>(result.crossings), result.layer_count);
    char name[16];
    std::snprintf(name, sizeof name, "/%04zu.json", number++);
    write_layout(folder + name, problem, result);
  }
}

int run(int argc, char** argv) {
  std::string corpus = OPSCOPE_SHARED "/corpus/graphs";
  std::string problems;
  std::string out;
  std::string speed;
  auto effort = viewer::LayoutEffort::full;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--corpus") corpus = value;
    if (option == "--problems") problems = value;
    if (option == "--out") out = value;
    if (option == "--speed") speed = value;
    if (option == "--effort" && value == "frame") effort = viewer::LayoutEffort::frame;
  }
  if (!problems.empty() && !out.empty()) {
    bench_problems(problems, out, effort);
    return EXIT_SUCCESS;
  }
  if (speed == "large") bench_large_graphs();
  if (speed == "growth") bench_growth();
  if (speed == "open") bench_everything_open(corpus + "/resnet50");
  if (speed == "frames") bench_frames();
  if (speed.empty()) bench_graphs(corpus);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace opscope::bench

int main(int argc, char** argv) try {
  return opscope::bench::run(argc, argv);
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return EXIT_FAILURE;
}
