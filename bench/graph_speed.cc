#include "graph_speed.h"

#include <imgui.h>
#include <malloc.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <thread>
#include <vector>

#include "model/graph_choice.h"
#include "model/graph_layout.h"
#include "model/logdir.h"
#include "opscope/proto/graph.pb.h"
#include "ui/graph_drawing.h"
#include "ui/imgui_canvas.h"
#include "ui/imgui_session.h"

namespace opscope::bench {
namespace {

using viewer::CancelToken;
using viewer::GraphLayout;
using viewer::GraphLayoutRequest;
using viewer::GraphModel;
using viewer::NodeId;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double cpu_ms(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// `count` operations, each fed by one to three of the 50 before it. With `nested`, ten operations
// to a scope, ten scopes to a block, a hundred blocks to a stage.
std::string random_graph(int count, bool nested) {
  std::mt19937 random(7);
  const auto name_of = [&](int i) {
    if (!nested) return "op_" + std::to_string(i) + "_x";
    return "stage_" + std::to_string(i / 10'000) + "a/block_" + std::to_string(i / 100 % 100) +
           "b/unit_" + std::to_string(i / 10 % 10) + "c/op_" + std::to_string(i % 10) + "d";
  };
  constexpr const char* kOps[] = {"MatMul", "AddV2", "Relu", "Mul", "Sub", "Reshape"};
  proto::GraphDef graph;
  for (int i = 0; i < count; ++i) {
    proto::NodeDef& node = *graph.add_node();
    node.set_name(name_of(i));
    node.set_op(kOps[random() % 6]);
    const int inputs = i == 0 ? 0 : 1 + static_cast<int>(random() % 3);
    for (int k = 0; k < inputs; ++k) {
      const int back = 1 + static_cast<int>(random() % 50);
      node.add_input(name_of(std::max(0, i - back)));
    }
  }
  return graph.SerializeAsString();
}

GraphModel model_of(std::string bytes) {
  return viewer::build_graph_model(std::move(bytes), viewer::GraphKind::run_graph).value();
}

GraphLayoutRequest request_for(const GraphModel& model) {
  GraphLayoutRequest request;
  request.model = &model;
  request.opened = model.first_opened();
  request.metrics.text_width = viewer::graph_text_width;
  return request;
}

// Cancels layouts of `request` after longer and longer times until one ends by itself. Counts what
// the layout's thread still does: on a busy machine it also waits.
void print_cancel_times(const char* what, const GraphLayoutRequest& request) {
  clockid_t layout_clock{};
  pthread_getcpuclockid(pthread_self(), &layout_clock);
  std::vector<double> late;
  for (double after_ms = 0.5; late.size() < 400; after_ms = after_ms * 1.02 + 0.5) {
    const CancelToken cancel;
    double cancelled_at = 0;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(after_ms));
      cancelled_at = cpu_ms(layout_clock);
      cancel.cancel();
    });
    const GraphLayout layout = viewer::layout_graph(request, cancel);
    const double ended_at = cpu_ms(layout_clock);
    other.join();
    if (layout.is_complete) break;
    late.push_back(ended_at - cancelled_at);
    if (std::getenv("OPSCOPE_BENCH_LATE") != nullptr && late.back() > 3) {
      std::printf("  after %.1f ms: %.2f ms late\n", after_ms, late.back());
    }
  }
  if (late.empty()) return;
  std::sort(late.begin(), late.end());
  std::printf("%s: %zu layouts cancelled, median %.2f ms, 90 %% %.2f ms, worst %.2f ms\n", what,
              late.size(), late[late.size() / 2], late[late.size() * 9 / 10], late.back());
}

std::vector<NodeId> all_openable(const GraphModel& model) {
  std::vector<NodeId> opened;
  for (std::uint32_t i = 1; i < model.size(); ++i) {
    if (model.node(NodeId{i}).has_children()) opened.push_back(NodeId{i});
  }
  return opened;
}

GraphModel largest_model(const std::string& path) {
  const auto logdir = viewer::Logdir::open(path).value();
  const auto model = logdir.snapshot();
  GraphModel largest;
  for (const viewer::GraphSource& source : viewer::graphs_of(*model)) {
    auto graph = viewer::load_graph_model(*model, source);
    if (graph && graph->size() > largest.size()) largest = std::move(*graph);
  }
  return largest;
}

}  // namespace

void bench_large_graphs() {
  for (const int count : {100'000, 1'000'000}) {
    std::string bytes = random_graph(count, true);
    const double megabytes = static_cast<double>(bytes.size()) * 1e-6;
    const std::size_t before = heap_bytes() - bytes.capacity();
    const auto start = Clock::now();
    const GraphModel model = model_of(std::move(bytes));
    const double build = ms_since(start);
    const GraphLayout layout = viewer::layout_graph(request_for(model));
    std::printf("%d nested ops, %.0f MB: model %.0f ms, with first layout %.0f ms, %.0f B a node\n",
                count, megabytes, build, ms_since(start),
                static_cast<double>(heap_bytes() - before) / count);
  }
}

void bench_growth() {
  for (const int count : {1'000, 3'000, 10'000, 30'000, 100'000}) {
    const GraphModel model = model_of(random_graph(count, false));
    const auto start = Clock::now();
    const GraphLayout layout = viewer::layout_graph(request_for(model));
    const double ms = ms_since(start);
    std::printf("%d ops in one scope: first picture %.0f ms, %.2f us an op\n", count, ms,
                ms * 1e3 / count);
  }
}

void bench_everything_open(const std::string& path) {
  const GraphModel model = largest_model(path);
  GraphLayoutRequest request = request_for(model);
  request.opened = all_openable(model);
  for (const bool is_full : {false, true}) {
    request.effort = is_full ? viewer::LayoutEffort::full : viewer::LayoutEffort::frame;
    const auto start = Clock::now();
    const GraphLayout layout = viewer::layout_graph(request);
    std::printf("%zu ops, everything open, %s: %.0f ms, %zu boxes\n", model.op_count(),
                is_full ? "refined" : "first picture", ms_since(start), layout.boxes.size());
  }
  print_cancel_times("refining everything open", request);
  const GraphModel flat = model_of(random_graph(100'000, false));
  print_cancel_times("100,000 ops in one scope", request_for(flat));
}

void bench_frames() {
  const GraphModel model = model_of(random_graph(10'000, false));
  const GraphLayout layout = viewer::layout_graph(request_for(model));
  viewer::ImGuiSession session(1);
  ImGui::GetIO().DisplaySize = {1920, 1080};
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  const viewer::Theme& theme = viewer::theme(viewer::ThemeName::dark);
  const viewer::GraphColoring coloring(model, layout, viewer::GraphColors::op_type, theme);
  const viewer::Area area{0, 0, 1920, 1080};
  viewer::GraphCamera camera = viewer::whole_camera(area, layout.bounds);
  constexpr int kFrames = 60;
  double drawn = 0;
  for (int i = 0; i < kFrames; ++i) {
    session.fonts().update(1);
    ImGui::GetIO().FontDefault = session.fonts().body();
    ImGui::GetIO().DeltaTime = 1.0F / 60;
    ImGui::NewFrame();
    const double start = cpu_ms(CLOCK_PROCESS_CPUTIME_ID);
    viewer::ImGuiCanvas canvas(*ImGui::GetBackgroundDrawList(), session.fonts());
    viewer::draw_graph(canvas, camera, model, layout, coloring, {}, theme);
    ImGui::Render();
    drawn += cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - start;
    camera.center.x += 3;
  }
  std::printf("%zu boxes and %zu edges in view: %.2f ms of CPU a frame\n", layout.boxes.size(),
              layout.edges.size(), drawn / kFrames);
}

}  // namespace opscope::bench
