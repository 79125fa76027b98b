#include "model/layout/network_simplex.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace opscope::viewer::layered {
namespace {

constexpr Index kInfinite = std::numeric_limits<Index>::max();
constexpr int kCandidates = 30;  // negative cut values looked at per pivot

class NetworkSimplex {
 public:
  NetworkSimplex(Table<Index>& values, const Table<SpringArc>& arcs, WorkBudget& budget)
      : values_(values), arcs_(arcs), budget_(budget), vertex_count_(values.count()) {}

  bool run() {
    if (vertex_count_ < 2) return true;
    budget_.stop_if_cancelled();
    build_incidence();
    if (!grow_tight_tree()) return false;
    parent_arc_.reset(vertex_count_, -1);
    low_.reset(vertex_count_, 0);
    number_.reset(vertex_count_, 0);
    vertex_at_.reset(vertex_count_, 0);
    renumber(0);
    compute_cut_values();
    for (Index arc; (arc = choose_leaving()) >= 0;) {
      if (!pivot(arc)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] Index slack(Index arc) const {
    const SpringArc& a = arcs_[arc];
    return values_[a.to] - values_[a.from] - a.length;
  }
  [[nodiscard]] Index other_end(Index arc, Index vertex) const {
    const SpringArc& a = arcs_[arc];
    return a.from == vertex ? a.to : a.from;
  }

  void build_incidence() {
    incident_begin_.reset(vertex_count_ + 1, 0);
    for (const SpringArc& a : arcs_) {
      budget_.stop_if_cancelled();
      ++incident_begin_[a.from + 1];
      ++incident_begin_[a.to + 1];
    }
    for (Index v = 0; v < vertex_count_; ++v) incident_begin_[v + 1] += incident_begin_[v];
    incident_.reset(2 * arcs_.count());
    Table<Index> next(incident_begin_);
    for (Index k = 0; k < arcs_.count(); ++k) {
      budget_.stop_if_cancelled();
      incident_[next[arcs_[k].from]++] = k;
      incident_[next[arcs_[k].to]++] = k;
    }
  }

  // Grows one tree of tight arcs from vertex 0, moving it as a whole by the least slack at its
  // border. `shift` is that movement, kept out of the heaps' keys so that they stay valid.
  bool grow_tight_tree() {
    using Entry = std::pair<Index, Index>;  // key, arc
    using Heap = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;
    Heap outgoing;
    Heap incoming;
    Table<char> inside(vertex_count_, 0);
    Table<Index> raw(vertex_count_);
    Index shift = 0;
    tree_incident_.reset(incident_.count());
    tree_degree_.reset(vertex_count_, 0);
    in_tree_.reset(arcs_.count(), 0);
    const auto add = [&](Index v) {
      inside[v] = 1;
      raw[v] = values_[v] - shift;
      for (Index q = incident_begin_[v]; q < incident_begin_[v + 1]; ++q) {
        const Index k = incident_[q];
        const SpringArc& a = arcs_[k];
        if (a.from == v && !inside[a.to]) {
          outgoing.emplace(values_[a.to] - a.length - raw[v], k);
        } else if (a.to == v && !inside[a.from]) {
          incoming.emplace(raw[v] - values_[a.from] - a.length, k);
        }
      }
    };
    add(0);
    for (Index count = 1; count < vertex_count_; ++count) {
      budget_.stop_if_cancelled();
      while (!outgoing.empty() && inside[arcs_[outgoing.top().second].to]) outgoing.pop();
      while (!incoming.empty() && inside[arcs_[incoming.top().second].from]) incoming.pop();
      if (outgoing.empty() && incoming.empty()) return false;
      const Index out = outgoing.empty() ? kInfinite : outgoing.top().first - shift;
      const Index in = incoming.empty() ? kInfinite : incoming.top().first + shift;
      const Index k = out <= in ? outgoing.top().second : incoming.top().second;
      shift += out <= in ? out : -in;
      link(k);
      add(out <= in ? arcs_[k].to : arcs_[k].from);
    }
    for (Index v = 0; v < vertex_count_; ++v) values_[v] = raw[v] + shift;
    return true;
  }

  void link(Index arc) {
    in_tree_[arc] = 1;
    for (const Index v : {arcs_[arc].from, arcs_[arc].to}) {
      tree_incident_[incident_begin_[v] + tree_degree_[v]++] = arc;
    }
  }
  void unlink(Index arc) {
    in_tree_[arc] = 0;
    for (const Index v : {arcs_[arc].from, arcs_[arc].to}) {
      Index at = incident_begin_[v];
      while (tree_incident_[at] != arc) ++at;
      tree_incident_[at] = tree_incident_[incident_begin_[v] + --tree_degree_[v]];
    }
  }

  // Numbers the subtree of `root` in post-order from low_[root] on, so that a subtree is the range
  // [low_, number_] of vertex_at_.
  void renumber(Index root) {
    Index next = low_[root];
    walk_.assign(1, {root, 0});
    while (!walk_.empty()) {
      budget_.stop_if_cancelled();
      auto& [v, at] = walk_.back();
      if (at == tree_degree_[v]) {
        vertex_at_[next] = v;
        number_[v] = next++;
        walk_.pop_back();
        continue;
      }
      const Index k = tree_incident_[incident_begin_[v] + at++];
      if (k == parent_arc_[v]) continue;
      const Index child = other_end(k, v);
      parent_arc_[child] = k;
      low_[child] = next;
      walk_.emplace_back(child, 0);
    }
  }

  void compute_cut_values() {
    cut_.reset(arcs_.count(), 0);
    Table<Index> surplus(vertex_count_, 0);
    for (const SpringArc& a : arcs_) {
      surplus[a.from] += a.weight;
      surplus[a.to] -= a.weight;
    }
    for (const Index v : vertex_at_) {
      budget_.stop_if_cancelled();
      const Index k = parent_arc_[v];
      if (k < 0) continue;
      cut_[k] = arcs_[k].from == v ? surplus[v] : -surplus[v];
      surplus[other_end(k, v)] += surplus[v];
    }
    for (Index k = 0; k < arcs_.count(); ++k) {
      if (in_tree_[k]) tree_.push_back(k);
    }
  }

  Index choose_leaving() {
    Index best = -1;
    Index best_at = -1;
    int seen = 0;
    Index at = next_tree_;
    for (Index step = 0; step < tree_.count() && seen < kCandidates; ++step) {
      const Index k = tree_[at];
      if (cut_[k] < 0) {
        ++seen;
        if (best < 0 || cut_[k] < cut_[best]) {
          best = k;
          best_at = at;
        }
      }
      if (++at == tree_.count()) at = 0;
    }
    if (best < 0) return -1;
    leaving_at_ = best_at;
    next_tree_ = best_at + 1 == tree_.count() ? 0 : best_at + 1;
    return best;
  }

  // The arc of least slack from the head's side of `leaving` to its tail's side; looks at the
  // smaller side only.
  Index choose_entering(Index child, bool tail_is_child, bool scan_subtree) {
    Index best = -1;
    Index least = kInfinite;
    const Index low = low_[child];
    const Index high = number_[child];
    const bool wants_incoming = tail_is_child == scan_subtree;
    const auto scan = [&](Index begin, Index end) {
      for (Index at = begin; at < end && least > 0; ++at) {
        budget_.stop_if_cancelled();
        const Index v = vertex_at_[at];
        for (Index q = incident_begin_[v]; q < incident_begin_[v + 1]; ++q) {
          const Index k = incident_[q];
          const SpringArc& a = arcs_[k];
          if ((wants_incoming ? a.to : a.from) != v) continue;
          const Index far = number_[wants_incoming ? a.from : a.to];
          if ((far >= low && far <= high) == scan_subtree) continue;
          if (const Index s = slack(k); s < least && !in_tree_[k]) {
            least = s;
            best = k;
          }
        }
      }
    };
    if (scan_subtree) {
      scan(low, high + 1);
    } else {
      scan(0, low);
      scan(high + 1, vertex_count_);
    }
    return best;
  }

  void move(Index child, bool subtree, Index by) {
    const Index low = low_[child];
    const Index high = number_[child];
    if (subtree) {
      for (Index at = low; at <= high; ++at) values_[vertex_at_[at]] += by;
      return;
    }
    for (Index at = 0; at < low; ++at) values_[vertex_at_[at]] += by;
    for (Index at = high + 1; at < vertex_count_; ++at) values_[vertex_at_[at]] += by;
  }

  // Changes the cut values from `v` up to the meeting point with the other end; returns that point.
  Index update_path(Index v, Index lowest, Index highest, Index cut, bool forward) {
    while (!(low_[v] <= lowest && highest <= number_[v])) {
      const Index k = parent_arc_[v];
      cut_[k] += (arcs_[k].from == v) == forward ? cut : -cut;
      v = other_end(k, v);
    }
    return v;
  }

  bool pivot(Index leaving) {
    const SpringArc& out = arcs_[leaving];
    const bool tail_is_child = parent_arc_[out.from] == leaving;
    const Index child = tail_is_child ? out.from : out.to;
    const Index subtree_size = number_[child] - low_[child] + 1;
    const bool scan_subtree = 2 * subtree_size <= vertex_count_;
    const Index entering = choose_entering(child, tail_is_child, scan_subtree);
    if (entering < 0) return false;  // the weights allow it to fall without end: not ours
    if (const Index gap = slack(entering); gap > 0) {
      move(child, scan_subtree, tail_is_child == scan_subtree ? -gap : gap);
    }
    const SpringArc& in = arcs_[entering];
    const Index cut = cut_[leaving];
    const auto [lowest, highest] = std::minmax(number_[in.from], number_[in.to]);
    const Index meeting = update_path(in.from, lowest, highest, cut, true);
    update_path(in.to, lowest, highest, cut, false);
    cut_[entering] = -cut;
    cut_[leaving] = 0;
    unlink(leaving);
    link(entering);
    tree_[leaving_at_] = entering;
    renumber(meeting);
    const Index touched = number_[meeting] - low_[meeting] + 1;
    return budget_.spend(std::min(subtree_size, vertex_count_ - subtree_size) + touched + 30);
  }

  Table<Index>& values_;
  const Table<SpringArc>& arcs_;
  WorkBudget& budget_;
  Index vertex_count_;
  Table<Index> incident_begin_;
  Table<Index> incident_;
  Table<char> in_tree_;
  Table<Index> tree_incident_;  // tree arcs of a vertex, from where its incident arcs begin
  Table<Index> tree_degree_;
  Table<Index> parent_arc_;
  Table<Index> low_;
  Table<Index> number_;
  Table<Index> vertex_at_;
  Table<Index> cut_;
  Table<Index> tree_;
  Index next_tree_ = 0;
  Index leaving_at_ = 0;
  std::vector<std::pair<Index, Index>> walk_;
};

}  // namespace

bool improve_values(Table<Index>& values, const Table<SpringArc>& arcs, WorkBudget& budget) {
  return NetworkSimplex(values, arcs, budget).run();
}

}  // namespace opscope::viewer::layered
