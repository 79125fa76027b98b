// Drawing a pipeline of one's own on the Graphs page: a program that has nothing to do with tensors
// names its stages, what flows between them, where they run and how long they take.
//
//   GraphBuilder pipeline;
//   const GraphNode rays = pipeline.node("camera", "MakeRays", {.output_shapes = {{480, 640, 6}}});
//   const GraphNode hits = pipeline.node("trace", "Intersect", {.inputs = {rays}});
//   pipeline.write(writer);
//   const Image image = pipeline.time(hits, [&] { return trace_all(); });
//   pipeline.write_times(writer, "frame", step);
//
// Thread rule: record_time, time and record_memory may be called from any number of threads while
// no other function runs; everything else from one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// A node of the builder that gave it.
enum class GraphNode : std::size_t {};

// What a node reads: an output of another one.
struct GraphEdge {
  GraphEdge(GraphNode from, int from_output = 0) : node(from), output(from_output) {}  // NOLINT

  GraphNode node;
  int output = 0;
};

using GraphAttr = std::variant<bool, std::int64_t, double, std::string>;

struct GraphNodeOptions {
  std::vector<GraphEdge> inputs{};
  std::vector<GraphNode> control_inputs{};                 // only order: dotted lines
  std::vector<std::vector<std::int64_t>> output_shapes{};  // one for each output; -1: unknown size
  // What the page groups colours by, such as "/device:CPU:0" or "/job:render/device:GPU:1".
  std::string device{};
  std::map<std::string, GraphAttr> attrs{};
};

// Names are made of letters, digits and "_.-/", and begin with a letter, a digit or ".". Functions
// throw invalid_argument for other names, for text that is not UTF-8 and for nodes that this
// builder does not have.
class GraphBuilder {
 public:
  GraphBuilder();
  GraphBuilder(GraphBuilder&& other) noexcept;
  GraphBuilder& operator=(GraphBuilder&& other) noexcept;
  ~GraphBuilder();

  // Puts the nodes made while it lives below its name. The same name may be used again. Must not
  // outlive the builder, which must not move meanwhile; scopes end in reverse order.
  class [[nodiscard]] Scope {
   public:
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    friend class GraphBuilder;
    Scope(GraphBuilder& builder, std::size_t outer_size) noexcept
        : builder_(builder), outer_size_(outer_size) {}

    GraphBuilder& builder_;
    std::size_t outer_size_;
  };
  Scope scope(std::string_view name);

  // A stage `name` of the kind `op`. When the name is taken, "_1", "_2", ... is put behind it. An
  // `op` that is the name of a function makes it a call, which opens to show the function.
  GraphNode node(std::string_view name, std::string_view op, const GraphNodeOptions& options = {});

  // A value that comes from outside, and one that goes there. In the body of a function they are
  // its arguments and results, in the order in which they are made.
  GraphNode argument(std::string_view name);
  GraphNode result(std::string_view name, GraphEdge value);

  // An edge to a node made before, for feedback.
  void add_input(GraphNode node, GraphEdge input);

  // Adds a function with this body, as it is now, and with the functions of the body. Throws
  // already_exists for a name that a function has.
  void add_function(std::string_view name, const GraphBuilder& body);

  // The full name, scopes included.
  [[nodiscard]] const std::string& name(GraphNode node) const;

  // Adds to what a node has taken since the times were cleared: it shows the sum, from its first
  // start. `start_us` is on a clock that all nodes share. At least 1 us is counted, because the
  // page takes 0 for no time.
  void record_time(GraphNode node, std::int64_t start_us, std::int64_t duration_us);
  // The most memory a node has had since the times were cleared.
  void record_memory(GraphNode node, std::int64_t bytes);
  void clear_times();

  // Calls the function, records how long it took as the time of the node, and gives its result.
  template <typename Function>
  decltype(auto) time(GraphNode node, Function&& function);

  [[nodiscard]] proto::GraphDef graph_def() const;
  // The graph and, where times or memory were recorded, its step_stats.
  [[nodiscard]] proto::RunMetadata run_metadata() const;

  // Writes the graph as that of the run.
  void write(FileWriter& writer) const;
  // Writes what was recorded, to be chosen by `tag`; it colours the graph of the run.
  void write_times(FileWriter& writer, std::string_view tag, std::int64_t step) const;
  // Writes the graph with what was recorded under a tag of its own, beside that of the run.
  void write_tagged(FileWriter& writer, std::string_view tag, std::int64_t step) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Records how long it lived as the time of a node. The builder must not move meanwhile.
class [[nodiscard]] GraphTimer {
 public:
  GraphTimer(GraphBuilder& builder, GraphNode node) noexcept
      : builder_(builder), node_(node), start_(std::chrono::steady_clock::now()) {}
  // A node that is not of the builder is passed over.
  ~GraphTimer();
  GraphTimer(const GraphTimer&) = delete;
  GraphTimer& operator=(const GraphTimer&) = delete;

 private:
  GraphBuilder& builder_;
  GraphNode node_;
  std::chrono::steady_clock::time_point start_;
};

template <typename Function>
decltype(auto) GraphBuilder::time(GraphNode node, Function&& function) {
  const GraphTimer timer(*this, node);
  return std::forward<Function>(function)();
}

}  // namespace opscope::summary
