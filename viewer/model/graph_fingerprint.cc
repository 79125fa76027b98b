#include "model/graph_fingerprint.h"

#include <algorithm>
#include <functional>

namespace opscope::viewer {
namespace {

constexpr int kRounds = 2;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  hash = (hash ^ (hash >> 32)) * 0xBF58476D1CE4E5B9u;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

}  // namespace

GraphFingerprint::GraphFingerprint(const GraphModel& model)
    : model_(model),
      children_(model.size()),
      contents_(model.size(), 0),
      structure_(model.size(), 0) {
  link();
  hash_contents();
  hash_surroundings();
}

std::string_view GraphFingerprint::key(NodeId id) const {
  const GraphNode& n = model_.node(id);
  if (n.kind == NodeKind::function && !n.op.empty()) return n.op;
  return n.name.substr(n.label_begin);
}

void GraphFingerprint::link() {
  order_.push_back(kRootNode);
  for (std::size_t head = 0; head < order_.size(); ++head) {
    std::vector<NodeId>& list = children_[index_of(order_[head])];
    for (const NodeId child : model_.children(order_[head])) {
      if (model_.node(child).kind != NodeKind::series) {
        list.push_back(child);
        continue;
      }
      const auto members = model_.children(child);
      list.insert(list.end(), members.begin(), members.end());
    }
    std::sort(list.begin(), list.end());
    order_.insert(order_.end(), list.begin(), list.end());
  }
}

void GraphFingerprint::hash_contents() {
  std::vector<std::uint64_t> named;
  std::vector<std::uint64_t> nameless;
  for (std::size_t at = order_.size(); at-- > 0;) {
    const NodeId id = order_[at];
    named.clear();
    nameless.clear();
    for (const NodeId child : children(id)) {
      named.push_back(mix(contents(child), hash_of(key(child))));
      nameless.push_back(structure(child));
    }
    std::sort(named.begin(), named.end());
    std::sort(nameless.begin(), nameless.end());
    const std::uint64_t self = mix(children(id).size(), hash_of(model_.node(id).op));
    std::uint64_t& contents = contents_[index_of(id)] = self;
    for (const std::uint64_t part : named) contents = mix(contents, part);
    std::uint64_t& structure = structure_[index_of(id)] = self;
    for (const std::uint64_t part : nameless) structure = mix(structure, part);
  }
}

void GraphFingerprint::hash_surroundings() {
  surroundings_.assign(model_.size(), 0);
  for (const NodeId id : order_) surroundings_[index_of(id)] = hash_of(model_.node(id).op);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<std::uint64_t> before = surroundings_;
    for (const GraphEdge& e : model_.edges()) {
      // Sums, so that the order of edges does not matter.
      const std::uint64_t place = e.is_control ? 0x10000 : e.input;
      surroundings_[index_of(e.to)] += mix(before[index_of(e.from)], 2 * place);
      surroundings_[index_of(e.from)] += mix(before[index_of(e.to)], 2 * place + 1);
    }
  }
}

}  // namespace opscope::viewer
