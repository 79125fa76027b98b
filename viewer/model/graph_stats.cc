#include "model/graph_stats.h"

#include <algorithm>
#include <string>

#include "model/wire.h"

namespace opscope::viewer {
namespace {

// One NodeExecStats.
struct Execution {
  std::string_view name;
  std::int64_t start_us = 0;
  std::int64_t duration_us = 0;
  std::int64_t memory_bytes = 0;
};

Execution read_execution(std::string_view bytes) {
  Execution execution;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) execution.name = reader.bytes();
    if (reader.is(2, WireType::varint)) execution.start_us = reader.signed_value();
    if (reader.is(5, WireType::varint)) execution.duration_us = reader.signed_value();
    if (!reader.is(6, WireType::length)) continue;
    WireReader memory(reader.bytes());
    while (memory.next()) {
      if (!memory.is(2, WireType::varint)) continue;
      execution.memory_bytes += std::max<std::int64_t>(0, memory.signed_value());
    }
  }
  return execution;
}

void join(NodeStats& into, const NodeStats& stats, bool sums_memory) {
  if (!stats.has_stats) return;
  into.memory_bytes = sums_memory ? into.memory_bytes + stats.memory_bytes
                                  : std::max(into.memory_bytes, stats.memory_bytes);
  if (!into.has_stats || into.duration_us == 0) {
    into.start_us = stats.start_us;
    into.duration_us = stats.duration_us;
  } else if (stats.duration_us > 0) {
    const std::int64_t end =
        std::max(into.start_us + into.duration_us, stats.start_us + stats.duration_us);
    into.start_us = std::min(into.start_us, stats.start_us);
    into.duration_us = end - into.start_us;
  }
  into.has_stats = true;
}

}  // namespace

GraphModel::Data& GraphStatsAccess::data(GraphModel& model) { return *model.data_; }

void add_step_stats(GraphModel& model, std::string_view step_stats) {
  GraphModel::Data& data = GraphStatsAccess::data(model);
  std::vector<NodeStats> stats(data.nodes.size());
  bool has_any = false;
  WireReader devices(step_stats);
  while (devices.next()) {
    if (!devices.is(1, WireType::length)) continue;
    WireReader device(devices.bytes());
    while (device.next()) {
      if (!device.is(2, WireType::length)) continue;
      const Execution execution = read_execution(device.bytes());
      const NodeId id = data.ops.find(data.nodes, execution.name);
      if (id == kNoNode || execution.start_us <= 0 || execution.duration_us < 0) continue;
      join(stats[index_of(id)],
           {execution.start_us, execution.duration_us, execution.memory_bytes, true}, false);
      has_any = true;
    }
  }
  if (!has_any) return;
  std::vector<NodeId> order{kRootNode};
  for (std::size_t head = 0; head < order.size(); ++head) {
    const auto children = model.children(order[head]);
    order.insert(order.end(), children.begin(), children.end());
  }
  for (std::size_t at = order.size(); at-- > 1;) {
    join(stats[index_of(data.node(order[at]).parent)], stats[index_of(order[at])], true);
  }
  data.stats = std::move(stats);
}

}  // namespace opscope::viewer
