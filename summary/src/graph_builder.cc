#include "opscope/summary/graph_builder.h"

#include <algorithm>
#include <utility>

#include "graph_builder_state.h"
#include "opscope/log.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/proto/step_stats.pb.h"
#include "tag_check.h"
#include "utf8.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kDefaultDevice = "/job:localhost/replica:0/task:0/device:CPU:0";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What TensorFlow takes for a node name. "//" and an end in "/" would make boxes without a name.
bool is_node_name(std::string_view name) {
  if (name.empty() || !(is_letter_or_digit(name.front()) || name.front() == '.')) return false;
  if (name.back() == '/' || name.find("//") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
  });
}

void check_node_name(std::string_view name) {
  if (is_node_name(name)) return;
  throw Error(ErrorCode::invalid_argument,
              "the graph name " + quoted(name) +
                  " is not made of letters, digits and \"_.-/\" with a letter, a digit or \".\" "
                  "in front");
}

void check_graph_text(std::string_view node, std::string_view text) {
  if (is_valid_utf8(text)) return;
  throw Error(ErrorCode::invalid_argument,
              "the text " + quoted(text) + " of node " + quoted(node) + " is not UTF-8");
}

void check_texts(std::string_view name, std::string_view op, const GraphNodeOptions& options) {
  check_graph_text(name, op);
  check_graph_text(name, options.device);
  for (const auto& [key, value] : options.attrs) {
    check_graph_text(name, key);
    if (const auto* text = std::get_if<std::string>(&value)) check_graph_text(name, *text);
  }
}

}  // namespace

GraphBuilder::GraphBuilder() : state_(std::make_unique<State>()) {}
GraphBuilder::GraphBuilder(GraphBuilder&& other) noexcept = default;
GraphBuilder& GraphBuilder::operator=(GraphBuilder&& other) noexcept = default;
GraphBuilder::~GraphBuilder() = default;

GraphBuilder::Scope::~Scope() { builder_.state_->scope.resize(outer_size_); }

GraphBuilder::Scope GraphBuilder::scope(std::string_view name) {
  check_node_name(name);
  const std::size_t outer_size = state_->scope.size();
  state_->scope.append(name).push_back('/');
  return {*this, outer_size};
}

BuilderNode& GraphBuilder::State::at(GraphNode node) {
  const auto index = static_cast<std::size_t>(node);
  if (index < nodes.size()) return nodes[index];
  throw Error(ErrorCode::invalid_argument, "this graph has no node " + std::to_string(index) +
                                               "; it has " + std::to_string(nodes.size()));
}

void GraphBuilder::State::check_edge(GraphEdge edge) {
  const BuilderNode& from = at(edge.node);
  if (edge.output >= 0) return;
  throw Error(ErrorCode::invalid_argument,
              "node " + quoted(from.name) + " has no output " + std::to_string(edge.output));
}

std::string GraphBuilder::State::unique_name(std::string_view name) {
  const std::string wanted = scope + std::string(name);
  std::string unique = wanted;
  for (int i = 1; !names.insert(unique).second; ++i) unique = wanted + "_" + std::to_string(i);
  return unique;
}

GraphNode GraphBuilder::node(std::string_view name, std::string_view op,
                             const GraphNodeOptions& options) {
  check_node_name(name);
  if (op.empty()) {
    throw Error(ErrorCode::invalid_argument, "node " + quoted(name) + " has an empty op");
  }
  check_texts(name, op, options);
  for (const GraphEdge& input : options.inputs) state_->check_edge(input);
  for (const GraphNode input : options.control_inputs) static_cast<void>(state_->at(input));
  BuilderNode& added = state_->nodes.emplace_back();
  added.name = state_->unique_name(name);
  added.op = op;
  added.options = options;
  return static_cast<GraphNode>(state_->nodes.size() - 1);
}

GraphNode GraphBuilder::argument(std::string_view name) {
  const GraphNode added = node(name, "_Arg");
  state_->at(added).role = NodeRole::argument;
  return added;
}

GraphNode GraphBuilder::result(std::string_view name, GraphEdge value) {
  const GraphNode added = node(name, "_Retval", {.inputs = {value}});
  state_->at(added).role = NodeRole::result;
  return added;
}

void GraphBuilder::add_input(GraphNode node, GraphEdge input) {
  state_->check_edge(input);
  state_->at(node).options.inputs.push_back(input);
}

void GraphBuilder::add_function(std::string_view name, const GraphBuilder& body) {
  check_node_name(name);
  if (state_->functions.contains(name)) {
    throw Error(ErrorCode::already_exists, "the graph has a function " + quoted(name) + " already");
  }
  FunctionMap added = body.state_->functions;  // a copy: the body may be this builder
  added.emplace(name, make_function(name, body.state_->nodes));
  state_->functions.merge(added);
}

const std::string& GraphBuilder::name(GraphNode node) const { return state_->at(node).name; }

void GraphBuilder::record_time(GraphNode node, std::int64_t start_us, std::int64_t duration_us) {
  BuilderNode& timed = state_->at(node);
  const std::lock_guard lock(state_->times_mutex);
  timed.start_us = timed.runs == 0 ? start_us : std::min(timed.start_us, start_us);
  timed.total_us += std::max<std::int64_t>(duration_us, 0);
  ++timed.runs;
}

void GraphBuilder::record_memory(GraphNode node, std::int64_t bytes) {
  BuilderNode& used = state_->at(node);
  const std::lock_guard lock(state_->times_mutex);
  used.memory_bytes = std::max(used.memory_bytes, bytes);
}

void GraphBuilder::clear_times() {
  for (BuilderNode& node : state_->nodes) {
    node.runs = node.start_us = node.total_us = node.memory_bytes = 0;
  }
}

proto::GraphDef GraphBuilder::graph_def() const {
  proto::GraphDef graph;
  fill_nodes(state_->nodes, graph);
  for (const auto& [name, function] : state_->functions) {
    *graph.mutable_library()->add_function() = function;
  }
  // A recent version of TensorFlow's graphs; readers want one.
  graph.mutable_versions()->set_producer(2474);
  return graph;
}

namespace {

void fill_stats(const BuilderNode& node, proto::NodeExecStats& stats) {
  stats.set_node_name(node.name);
  if (node.runs > 0) {
    // The page passes over starts and durations of 0.
    stats.set_all_start_micros(std::max<std::int64_t>(node.start_us, 1));
    stats.set_all_end_rel_micros(std::max<std::int64_t>(node.total_us, 1));
    stats.set_op_end_rel_micros(stats.all_end_rel_micros());
    stats.set_timeline_label(node.name + " = " + node.op + "() x" + std::to_string(node.runs));
  }
  if (node.memory_bytes > 0) {
    proto::AllocatorMemoryUsed& memory = *stats.add_memory();
    memory.set_allocator_name("program");
    memory.set_total_bytes(node.memory_bytes);
    memory.set_peak_bytes(node.memory_bytes);
  }
}

void fill_step_stats(const std::vector<BuilderNode>& nodes, proto::RunMetadata& metadata) {
  std::map<std::string_view, std::vector<const BuilderNode*>> by_device;
  for (const BuilderNode& node : nodes) {
    if (node.runs == 0 && node.memory_bytes == 0) continue;
    const std::string& device = node.options.device;
    by_device[device.empty() ? kDefaultDevice : device].push_back(&node);
  }
  for (const auto& [device, timed] : by_device) {
    proto::DeviceStepStats& stats = *metadata.mutable_step_stats()->add_dev_stats();
    stats.set_device(std::string(device));
    for (const BuilderNode* node : timed) fill_stats(*node, *stats.add_node_stats());
  }
}

}  // namespace

proto::RunMetadata GraphBuilder::run_metadata() const {
  proto::RunMetadata metadata;
  fill_step_stats(state_->nodes, metadata);
  *metadata.add_function_graphs()->mutable_pre_optimization_graph() = graph_def();
  return metadata;
}

void GraphBuilder::write(FileWriter& writer) const { writer.graph(graph_def()); }

void GraphBuilder::write_times(FileWriter& writer, std::string_view tag, std::int64_t step) const {
  proto::RunMetadata metadata;
  metadata.mutable_step_stats();
  fill_step_stats(state_->nodes, metadata);
  writer.run_metadata(tag, metadata, step);
}

void GraphBuilder::write_tagged(FileWriter& writer, std::string_view tag, std::int64_t step) const {
  writer.run_metadata(tag, run_metadata(), step);
}

GraphTimer::~GraphTimer() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  const auto end = std::chrono::steady_clock::now();
  try {
    builder_.record_time(node_, duration_cast<microseconds>(start_.time_since_epoch()).count(),
                         duration_cast<microseconds>(end - start_).count());
  } catch (const Error& error) {
    log_message(LogLevel::warning, error.what());
  }
}

}  // namespace opscope::summary
