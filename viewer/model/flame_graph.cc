#include <algorithm>
#include <map>
#include <utility>

#include "model/op_statistics.h"
#include "model/profile_build.h"
#include "model/statistics_events.h"

namespace opscope::viewer {
namespace {

std::int64_t inside_ps(const ProfileLine& line, std::size_t event, TimeRange range) {
  const std::int64_t begin = std::max(line.start_ps[event], range.begin_ps);
  const std::int64_t end = std::min(line.end_ps(event), range.end_ps);
  return std::max<std::int64_t>(0, end - begin);
}

// Builds the merged call tree while the events of each line come by start.
class FlameBuilder {
 public:
  FlameBuilder() { nodes_.emplace_back(); }

  void add(const ProfileLine& line, const CountedEvent& event) {
    if (event.line != line_index_ || path_.empty()) {
      path_.assign(1, 0);
      line_index_ = event.line;
    }
    // The events around this one may lie outside the range and then have no node: the nearest has.
    const std::size_t depth = line.depth[event.event];
    if (path_.size() > depth + 1) path_.resize(depth + 1);
    const std::uint32_t node = child(path_.back(), line.name_id[event.event]);
    ++nodes_[node].calls;
    nodes_[node].total_ps = saturating_add(nodes_[node].total_ps, event.total_ps);
    nodes_[node].self_ps = saturating_add(nodes_[node].self_ps, event.self_ps);
    if (depth == 0) nodes_[0].total_ps = saturating_add(nodes_[0].total_ps, event.total_ps);
    path_.resize(depth + 1, path_.back());
    path_.push_back(node);
  }

  std::vector<FlameNode> finish() {
    for (FlameNode& node : nodes_) {
      std::sort(node.children.begin(), node.children.end(),
                [this](std::uint32_t a, std::uint32_t b) {
                  if (nodes_[a].total_ps != nodes_[b].total_ps) {
                    return nodes_[a].total_ps > nodes_[b].total_ps;
                  }
                  return a < b;
                });
    }
    return std::move(nodes_);
  }

 private:
  std::uint32_t child(std::uint32_t parent, NameId name) {
    const auto [entry, is_new] =
        children_.try_emplace({parent, name}, static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) {
      FlameNode node;
      node.name = name;
      node.parent = parent;
      node.depth = nodes_[parent].depth + 1;
      nodes_.push_back(std::move(node));
      nodes_[parent].children.push_back(entry->second);
    }
    return entry->second;
  }

  std::vector<FlameNode> nodes_;
  std::map<std::pair<std::uint32_t, NameId>, std::uint32_t> children_;
  std::vector<std::uint32_t> path_;  // node of every depth above the next event, the root first
  std::uint32_t line_index_ = 0;
};

}  // namespace

std::vector<std::int64_t> self_times_within(const ProfileLine& line, TimeRange range) {
  std::vector<std::int64_t> self(line.size(), 0);
  std::vector<std::uint32_t> open;
  for (std::uint32_t event = 0; event < line.size(); ++event) {
    open.resize(std::min<std::size_t>(open.size(), line.depth[event]));
    self[event] = inside_ps(line, event, range);
    if (!open.empty()) {
      const std::uint32_t parent = open.back();
      const TimeRange shared{std::max(range.begin_ps, line.start_ps[parent]),
                             std::min(range.end_ps, line.end_ps(parent))};
      self[parent] = std::max<std::int64_t>(0, self[parent] - inside_ps(line, event, shared));
    }
    open.push_back(event);
  }
  return self;
}

std::vector<FlameNode> flame_graph(const Profile& profile, const StatisticsRequest& request) {
  FlameBuilder builder;
  for_each_counted_event(profile, request, [&](const CountedEvent& event) {
    builder.add(profile.lines[event.line], event);
  });
  return builder.finish();
}

}  // namespace opscope::viewer
