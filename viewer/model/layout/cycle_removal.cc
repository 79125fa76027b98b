#include "model/layout/cycle_removal.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include "model/layout/work_budget.h"

namespace opscope::viewer::layered {
namespace {

// Arcs that close a cycle on a depth-first walk that starts from `roots` in their order. The arcs
// are sorted, so those of one vertex lie together from arc_begin on.
Table<char> back_arcs(Index vertex_count, std::span<const Arc> arcs, const Table<Index>& arc_begin,
                      const Table<Index>& roots, const CancelToken& cancel) {
  enum State : char { unseen, on_path, done };
  Table<char> state(vertex_count, unseen);
  Table<char> marked(static_cast<Index>(arcs.size()), 0);
  std::vector<std::pair<Index, Index>> path;  // vertex, its next arc
  for (const Index root : roots) {
    if (state[root] != unseen) continue;
    state[root] = on_path;
    path.assign(1, {root, arc_begin[root]});
    while (!path.empty()) {
      stop_if_cancelled(cancel);
      auto& [vertex, next] = path.back();
      if (next == arc_begin[vertex + 1]) {
        state[vertex] = done;
        path.pop_back();
        continue;
      }
      const Index arc = next++;
      const Index to = arcs[static_cast<std::size_t>(arc)].to;
      if (state[to] == on_path) marked[arc] = 1;
      if (state[to] != unseen) continue;
      state[to] = on_path;
      path.emplace_back(to, arc_begin[to]);
    }
  }
  return marked;
}

// Eades, Lin and Smyth: sinks to the back, sources to the front, else the vertex with the largest
// surplus of outgoing arcs to the front. Gives each vertex its place.
class GreedySequence {
 public:
  GreedySequence(Index vertex_count, std::span<const Arc> arcs, const CancelToken& cancel)
      : cancel_(cancel),
        out_(vertex_count, arcs, false),
        in_(vertex_count, arcs, true),
        out_degree_(vertex_count),
        in_degree_(vertex_count),
        place_(vertex_count, -1),
        back_(vertex_count) {
    for (Index v = 0; v < vertex_count; ++v) {
      stop_if_cancelled(cancel_);
      out_degree_[v] = out_.degree(v);
      in_degree_[v] = in_.degree(v);
      note(v);
    }
  }

  Table<Index> run() {
    std::size_t head = 0;
    for (Index taken = 0; taken < place_.count();) {
      stop_if_cancelled(cancel_);
      Index vertex = -1;
      if (head < ends_.size()) {
        vertex = ends_[head++];
        if (place_[vertex] >= 0) continue;
        place_[vertex] = out_degree_[vertex] == 0 ? --back_ : front_++;
      } else {
        const auto [surplus, negative] = by_surplus_.top();
        by_surplus_.pop();
        vertex = -negative;
        if (place_[vertex] >= 0 || surplus != out_degree_[vertex] - in_degree_[vertex]) continue;
        place_[vertex] = front_++;
      }
      ++taken;
      release(vertex);
    }
    return std::move(place_);
  }

 private:
  void note(Index v) {
    if (out_degree_[v] == 0 || in_degree_[v] == 0) ends_.push_back(v);
    by_surplus_.emplace(out_degree_[v] - in_degree_[v], -v);
  }
  void release(Index vertex) {
    for (const Index to : out_[vertex]) {
      if (place_[to] >= 0) continue;
      --in_degree_[to];
      note(to);
    }
    for (const Index from : in_[vertex]) {
      if (place_[from] >= 0) continue;
      --out_degree_[from];
      note(from);
    }
  }

  const CancelToken& cancel_;
  Adjacency out_;
  Adjacency in_;
  Table<Index> out_degree_;
  Table<Index> in_degree_;
  Table<Index> place_;
  Index front_ = 0;
  Index back_;
  std::vector<Index> ends_;
  std::priority_queue<std::pair<Index, Index>> by_surplus_;
};

}  // namespace

Table<char> find_feedback_arcs(Index vertex_count, std::span<const Arc> arcs,
                               const CancelToken& cancel) {
  Table<Index> arc_begin(vertex_count + 1, 0);
  Table<char> has_input(vertex_count, 0);
  for (const Arc& arc : arcs) {
    ++arc_begin[arc.from + 1];
    has_input[arc.to] = 1;
  }
  for (Index v = 0; v < vertex_count; ++v) arc_begin[v + 1] += arc_begin[v];

  Table<Index> order(vertex_count);
  std::iota(order.begin(), order.end(), 0);
  Table<Index> sources_first = order;
  std::stable_partition(sources_first.begin(), sources_first.end(),
                        [&](Index v) { return has_input[v] == 0; });

  Table<char> best = back_arcs(vertex_count, arcs, arc_begin, sources_first, cancel);
  auto best_count = std::count(best.begin(), best.end(), 1);
  if (best_count == 0) return best;
  const auto offer = [&](Table<char> marked) {
    const auto count = std::count(marked.begin(), marked.end(), 1);
    if (count >= best_count) return;
    best = std::move(marked);
    best_count = count;
  };
  offer(back_arcs(vertex_count, arcs, arc_begin, order, cancel));
  const Table<Index> place = GreedySequence(vertex_count, arcs, cancel).run();
  Table<char> against(static_cast<Index>(arcs.size()), 0);
  for (Index a = 0; a < against.count(); ++a) {
    const Arc& arc = arcs[static_cast<std::size_t>(a)];
    against[a] = place[arc.from] > place[arc.to];
  }
  offer(std::move(against));
  return best;
}

}  // namespace opscope::viewer::layered
