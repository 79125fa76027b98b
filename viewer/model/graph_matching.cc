#include "model/graph_matching.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "model/graph_fingerprint.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kMostAlike = 16;    // scopes compared for one part they may share
constexpr std::uint32_t kLeastMoved = 3;  // operations of a scope that is known elsewhere by them

using Nodes = std::vector<NodeId>;

class GraphMatcher {
 public:
  GraphMatcher(const GraphModel& a, const GraphModel& b) : a_(a), b_(b) {
    result_.b_of_a.assign(a.size(), kNoNode);
    result_.a_of_b.assign(b.size(), kNoNode);
  }

  GraphMatching run() {
    pair(kRootNode, kRootNode);
    match_below();
    match_moved();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool is_free_a(NodeId id) const { return result_.b_of_a[index_of(id)] == kNoNode; }
  [[nodiscard]] bool is_free_b(NodeId id) const { return result_.a_of_b[index_of(id)] == kNoNode; }

  void pair(NodeId a, NodeId b) {
    result_.b_of_a[index_of(a)] = b;
    result_.a_of_b[index_of(b)] = a;
    pairs_.emplace_back(a, b);
  }

  // Pairs what is below the pairs that are not looked at yet.
  void match_below() {
    while (next_pair_ < pairs_.size()) {
      const auto [a, b] = pairs_[next_pair_++];
      match_children(a, b);
    }
  }

  // Pairs the free nodes of equal keys, the first with the first; keys must be ordered. With
  // `only_clear`, keys that stand for several nodes are left alone.
  template <typename KeyA, typename KeyB>
  void match_by(const Nodes& of_a, const Nodes& of_b, const KeyA& key_a, const KeyB& key_b,
                bool only_clear = false) {
    using Key = decltype(key_a(kRootNode));
    std::vector<std::pair<Key, NodeId>> left;
    std::vector<std::pair<Key, NodeId>> right;
    for (const NodeId id : of_a) {
      if (is_free_a(id)) left.emplace_back(key_a(id), id);
    }
    for (const NodeId id : of_b) {
      if (is_free_b(id)) right.emplace_back(key_b(id), id);
    }
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    const auto end_of_key = [](const auto& list, std::size_t at) {
      std::size_t end = at;
      while (end < list.size() && list[end].first == list[at].first) ++end;
      return end;
    };
    std::size_t r = 0;
    for (std::size_t l = 0; l < left.size() && r < right.size();) {
      if (right[r].first < left[l].first) {
        ++r;
        continue;
      }
      const std::size_t left_end = end_of_key(left, l);
      if (left[l].first < right[r].first) {
        l = left_end;
        continue;
      }
      const std::size_t right_end = end_of_key(right, r);
      const bool is_clear = left_end - l == 1 && right_end - r == 1;
      if (is_clear || !only_clear) {
        for (std::size_t i = 0; i < std::min(left_end - l, right_end - r); ++i) {
          pair(left[l + i].second, right[r + i].second);
        }
      }
      l = left_end;
      r = right_end;
    }
  }

  // As match_by(), with one function of a fingerprint and a node.
  template <typename Key>
  void match_alike(const Nodes& of_a, const Nodes& of_b, const Key& key, bool only_clear = false) {
    match_by(
        of_a, of_b, [&](NodeId id) { return key(a_, id); }, [&](NodeId id) { return key(b_, id); },
        only_clear);
  }

  void match_children(NodeId a, NodeId b) {
    const Nodes& of_a = a_.children(a);
    const Nodes& of_b = b_.children(b);
    if (of_a.empty() || of_b.empty()) return;
    match_alike(of_a, of_b, [](const GraphFingerprint& g, NodeId id) {
      return std::pair(is_op(g, id), g.key(id));
    });
    match_rest(of_a, of_b);
  }

  static bool is_op(const GraphFingerprint& g, NodeId id) {
    return g.model().node(id).kind == NodeKind::op;
  }

  // Children of one pair whose names differ.
  void match_rest(const Nodes& all_of_a, const Nodes& all_of_b) {
    Nodes of_a;
    Nodes of_b;
    for (const NodeId id : all_of_a) {
      if (is_free_a(id)) of_a.push_back(id);
    }
    for (const NodeId id : all_of_b) {
      if (is_free_b(id)) of_b.push_back(id);
    }
    if (of_a.empty() || of_b.empty()) return;
    match_alike(of_a, of_b, [](const GraphFingerprint& g, NodeId id) {
      return std::tuple(is_op(g, id), g.contents(id), is_op(g, id) ? g.surroundings(id) : 0u);
    });
    match_alike(of_a, of_b, [](const GraphFingerprint& g, NodeId id) {
      return std::tuple(is_op(g, id), g.structure(id), is_op(g, id) ? g.surroundings(id) : 0u);
    });
    match_similar(of_a, of_b);
    // The only operation of its type that has gone is the only one that has come.
    std::erase_if(of_a, [&](NodeId id) { return !is_op(a_, id); });
    std::erase_if(of_b, [&](NodeId id) { return !is_op(b_, id); });
    match_alike(
        of_a, of_b, [](const GraphFingerprint& g, NodeId id) { return g.model().node(id).op; },
        true);
  }

  // A scope that was renamed and edited: more than half of the children of both are the same.
  void match_similar(const Nodes& of_a, const Nodes& of_b) {
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> holders;
    for (std::size_t i = 0; i < of_b.size(); ++i) {
      if (!is_free_b(of_b[i]) || is_op(b_, of_b[i])) continue;
      for (const std::uint64_t part : parts_of(b_, of_b[i])) {
        std::vector<std::size_t>& list = holders[part];
        if (list.size() < kMostAlike) list.push_back(i);
      }
    }
    std::vector<std::size_t> shared(of_b.size());
    for (const NodeId id : of_a) {
      if (holders.empty() || !is_free_a(id) || is_op(a_, id)) continue;
      std::fill(shared.begin(), shared.end(), 0);
      const auto parts = parts_of(a_, id);
      for (const std::uint64_t part : parts) {
        const auto found = holders.find(part);
        if (found == holders.end()) continue;
        for (const std::size_t i : found->second) shared[i] += is_free_b(of_b[i]) ? 1u : 0u;
      }
      const auto best = std::max_element(shared.begin(), shared.end());
      const NodeId other = of_b[static_cast<std::size_t>(best - shared.begin())];
      const std::size_t most = std::max(parts.size(), parts_of(b_, other).size());
      if (2 * *best > most) pair(id, other);
    }
  }

  // What the children of a scope are: their names and contents.
  static std::vector<std::uint64_t> parts_of(const GraphFingerprint& g, NodeId id) {
    std::vector<std::uint64_t> parts;
    for (const NodeId child : g.children(id)) {
      const auto name = std::hash<std::string_view>{}(g.key(child));
      const auto op = std::hash<std::string_view>{}(g.model().node(child).op);
      parts.push_back(name * 31 + op);
    }
    return parts;
  }

  // Scopes, then operations, that have gone from one place and come at another. Large scopes first:
  // what is below a pair then follows by name.
  void match_moved() {
    const Nodes of_a = free_scopes(a_, result_.b_of_a);
    const Nodes of_b = free_scopes(b_, result_.a_of_b);
    std::size_t r = 0;
    for (std::size_t l = 0; l < of_a.size();) {
      const std::uint32_t size = size_of(a_, of_a[l]);
      const Nodes left = take_size(a_, of_a, l, size);
      while (r < of_b.size() && size_of(b_, of_b[r]) > size) ++r;
      const Nodes right = take_size(b_, of_b, r, size);
      match_alike(left, right, [](const GraphFingerprint& g, NodeId id) { return g.contents(id); });
      match_below();
    }
    match_alike(
        a_.order(), b_.order(),
        [](const GraphFingerprint& g, NodeId id) {
          return std::tuple(is_op(g, id), g.surroundings(id), g.contents(id), g.key(id));
        },
        true);
    match_below();
  }

  static std::uint32_t size_of(const GraphFingerprint& g, NodeId id) {
    return g.model().node(id).op_count;
  }

  static Nodes take_size(const GraphFingerprint& g, const Nodes& list, std::size_t& at,
                         std::uint32_t size) {
    Nodes result;
    while (at < list.size() && size_of(g, list[at]) == size) result.push_back(list[at++]);
    return result;
  }

  // By falling number of operations.
  static Nodes free_scopes(const GraphFingerprint& g, const std::vector<NodeId>& partner) {
    Nodes result;
    for (const NodeId id : g.order()) {
      const bool is_free = partner[index_of(id)] == kNoNode;
      if (is_free && !g.children(id).empty() && size_of(g, id) >= kLeastMoved) result.push_back(id);
    }
    std::stable_sort(result.begin(), result.end(),
                     [&](NodeId l, NodeId r) { return size_of(g, l) > size_of(g, r); });
    return result;
  }

  GraphFingerprint a_;
  GraphFingerprint b_;
  GraphMatching result_;
  std::vector<std::pair<NodeId, NodeId>> pairs_;
  std::size_t next_pair_ = 0;
};

}  // namespace

GraphMatching match_graphs(const GraphModel& a, const GraphModel& b) {
  return GraphMatcher(a, b).run();
}

}  // namespace opscope::viewer
