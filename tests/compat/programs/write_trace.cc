// Records and exports a trace with known contents, as a runtime of someone else's would, for
// trace_compat_test.py: three steps that hand their work to another thread.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/proto/step_stats.pb.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/trace.h"

namespace {

namespace profiler = opscope::profiler;
namespace proto = opscope::proto;
namespace summary = opscope::summary;

constexpr const char* kDevice = "/job:localhost/replica:0/task:0/device:CPU:0";
constexpr std::int64_t kAllocatedBytes = 4096;

void add_node(proto::GraphDef& graph, const char* name, const char* op,
              std::initializer_list<const char*> inputs) {
  proto::NodeDef& node = *graph.add_node();
  node.set_name(name);
  node.set_op(op);
  node.set_device(kDevice);
  for (const char* input : inputs) node.add_input(input);
  (*node.mutable_attr())["T"].set_type(proto::DT_FLOAT);
  proto::TensorShapeProto& shape =
      *(*node.mutable_attr())["_output_shapes"].mutable_list()->add_shape();
  for (const std::int64_t size : {32, 8}) shape.add_dim()->set_size(size);
}

proto::GraphDef make_graph() {
  proto::GraphDef graph;
  graph.mutable_versions()->set_producer(2474);
  add_node(graph, "x", "Placeholder", {});
  add_node(graph, "dense/kernel", "Placeholder", {});
  add_node(graph, "dense/MatMul", "MatMul", {"x", "dense/kernel"});
  add_node(graph, "dense/Relu", "Relu", {"dense/MatMul"});
  return graph;
}

void work_for(std::chrono::microseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
  }
}

// Runs one op and pushes what it took, as an executor does.
void run_op(const char* node, const char* op, std::chrono::microseconds duration) {
  const std::uint64_t start = profiler::now_ticks();
  work_for(duration);
  const std::uint64_t end = profiler::now_ticks();
  profiler::record_op(profiler::intern(std::string(node) + ":" + op), start, end);
  const std::int64_t start_ns = profiler::unix_ns_from_ticks(start);
  const std::int64_t end_ns = profiler::unix_ns_from_ticks(end);
  proto::NodeExecStats stats;
  stats.set_node_name(node);
  stats.set_timeline_label(std::string(node) + " = " + op);
  stats.set_all_start_micros(start_ns / 1000);
  stats.set_all_end_rel_micros((end_ns - start_ns) / 1000);
  proto::AllocatorMemoryUsed& memory = *stats.add_memory();
  memory.set_allocator_name("cpu");
  memory.set_total_bytes(kAllocatedBytes);
  summary::trace_add_node_stats("step", kDevice, stats);
}

void allocate() {
  profiler::MemoryEvent event;
  event.allocator = profiler::intern("cpu");
  event.op = profiler::intern("dense/MatMul");
  event.address = 0x1000;
  event.allocation_bytes = event.requested_bytes = kAllocatedBytes;
  event.bytes_in_use = event.peak_bytes_in_use = kAllocatedBytes;
  profiler::record_allocation(event);
  event.bytes_in_use = 0;
  profiler::record_deallocation(event);
}

void run_step(std::int64_t number) {
  using std::chrono::microseconds;
  const profiler::Step step(number);
  const profiler::FlowId flow = profiler::new_flow();
  std::thread worker;
  {
    const profiler::FlowSource source(flow);
    worker = std::thread([flow] {
      profiler::set_thread_name("worker");
      const profiler::FlowTarget target(flow);
      run_op("dense/MatMul", "MatMul", microseconds(2000));
      allocate();
      run_op("dense/Relu", "Relu", microseconds(500));
    });
  }
  worker.join();
  OPSCOPE_ZONE("report", "number", number);
  work_for(microseconds(300));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compat_write_trace LOGDIR\n");
    return 2;
  }
  summary::FileWriter writer = summary::create_file_writer(argv[1]);
  profiler::set_thread_name("main");
  summary::trace_on({.graph = true, .profiler = true});
  summary::trace_add_graph("step", make_graph());
  for (std::int64_t number = 0; number < 3; ++number) run_step(number);
  summary::trace_export(writer, {.name = "step", .step = 7});
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
