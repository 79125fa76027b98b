#include "model/graph_level.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "model/graph_border.h"
#include "model/layout/work_budget.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kLeastForDegreeRule = 15;  // children; as TensorBoard
constexpr std::uint32_t kLeastHighDegree = 4;
constexpr std::size_t kMaxBorderTargets = 4;  // children that one node outside is drawn to
constexpr std::size_t kMaxLooseBoxes = 4;     // notes without a host that are drawn as boxes
constexpr int kMaxNoteChain = 8;

NoteKind kind_of(NodeRole role) {
  switch (role) {
    case NodeRole::constant:
      return NoteKind::constant;
    case NodeRole::variable:
    case NodeRole::variable_read:
      return NoteKind::variable;
    case NodeRole::control:
      return NoteKind::control;
    case NodeRole::plain:
    case NodeRole::input:
    case NodeRole::output:
    case NodeRole::summary:
      break;
  }
  return NoteKind::more;
}

class LevelPlanner {
 public:
  LevelPlanner(const GraphModel& model, NodeId scope, const LevelRules& rules,
               const CancelToken& cancel)
      : model_(model),
        scope_(scope),
        rules_(rules),
        cancel_(cancel),
        children_(model.children(scope)) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      local_.emplace_back(children_[i], static_cast<std::int32_t>(i));
    }
    if (!std::is_sorted(local_.begin(), local_.end())) std::sort(local_.begin(), local_.end());
    for (const ScopeEdge& e : model.scope_edges(scope)) {
      layered::stop_if_cancelled(cancel_);
      edges_.push_back({local(e.from), local(e.to), &e});
    }
    link(out_, &LocalEdge::from);
    link(in_, &LocalEdge::to);
  }

  LevelPlan run(bool crosses_border) {
    choose_notes();
    if (crosses_border) border_ = find_border_edges(model_, scope_, cancel_);
    keep_loose_notes();
    number_boxes();
    add_edges();
    if (crosses_border) add_border();
    attach_notes();
    merge_notes();
    return std::move(plan_);
  }

 private:
  struct LocalEdge {
    std::int32_t from;
    std::int32_t to;
    const ScopeEdge* edge;
  };

  // Edges of each child, one child after the other.
  struct EdgeLists {
    std::vector<std::uint32_t> begin;
    std::vector<std::uint32_t> edges;

    [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t child) const {
      return std::span(edges).subspan(begin[child], begin[child + 1] - begin[child]);
    }
  };

  void link(EdgeLists& lists, std::int32_t LocalEdge::*end) const {
    lists.begin.assign(children_.size() + 1, 0);
    for (const LocalEdge& e : edges_) ++lists.begin[index(e.*end) + 1];
    for (std::size_t i = 0; i < children_.size(); ++i) lists.begin[i + 1] += lists.begin[i];
    lists.edges.resize(edges_.size());
    std::vector<std::uint32_t> next(lists.begin);
    for (std::uint32_t e = 0; e < edges_.size(); ++e) {
      lists.edges[next[index(edges_[e].*end)]++] = e;
    }
  }

  [[nodiscard]] std::int32_t local(NodeId child) const {
    return std::lower_bound(local_.begin(), local_.end(), std::pair(child, std::int32_t{0}))
        ->second;
  }

  static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }
  static bool contains(const std::vector<NodeId>& sorted, NodeId id) {
    return std::binary_search(sorted.begin(), sorted.end(), id);
  }

  void choose_notes() {
    is_note_.assign(children_.size(), 0);
    for (std::size_t i = 0; i < children_.size(); ++i) {
      layered::stop_if_cancelled(cancel_);
      const NodeId id = children_[i];
      const bool by_role = is_note_role(model_.node(id).role);
      is_note_[i] = contains(rules_.removed, id) || (by_role && !contains(rules_.kept, id));
    }
    choose_by_degree();
    choose_detours();
  }

  [[nodiscard]] std::uint32_t degree(std::span<const std::uint32_t> list) const {
    std::uint32_t count = 0;
    for (const std::uint32_t e : list) {
      const LocalEdge& edge = edges_[e];
      count += !edge.edge->is_control() && !is_note_[index(edge.from)] && !is_note_[index(edge.to)];
    }
    return count;
  }

  // Operations with far more neighbours than is usual here: their edges would cover everything.
  void choose_by_degree() {
    std::vector<std::uint32_t> ins;
    std::vector<std::uint32_t> outs;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      layered::stop_if_cancelled(cancel_);
      if (is_note_[i]) continue;
      ins.push_back(degree(in_[i]));
      outs.push_back(degree(out_[i]));
    }
    if (ins.size() < kLeastForDegreeRule) return;
    const auto limit = [](std::vector<std::uint32_t> degrees, std::uint32_t factor) {
      std::sort(degrees.begin(), degrees.end());
      const std::uint32_t low = degrees[degrees.size() / 4];
      const std::uint32_t high = degrees[degrees.size() * 3 / 4];
      return std::max(kLeastHighDegree, high + factor * (high - low));
    };
    const std::uint32_t most_in = limit(ins, 1);
    const std::uint32_t most_out = limit(outs, 4);
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      layered::stop_if_cancelled(cancel_);
      const GraphNode& node = model_.node(children_[i]);
      const bool may = !is_note_[i] && node.kind == NodeKind::op && !node.has_children() &&
                       !contains(rules_.kept, children_[i]);
      if (may && (degree(in_[i]) > most_in || degree(out_[i]) > most_out)) chosen.push_back(i);
    }
    for (const std::size_t i : chosen) is_note_[i] = 1;
  }

  // A series or operation that only one neighbour feeds and that feeds only it says nothing here.
  void choose_detours() {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      layered::stop_if_cancelled(cancel_);
      const GraphNode& node = model_.node(children_[i]);
      const bool may = !is_note_[i] && (node.kind == NodeKind::series || !node.has_children()) &&
                       !contains(rules_.kept, children_[i]);
      if (!may || in_[i].empty() || out_[i].empty()) continue;
      std::int32_t only = -1;
      bool is_detour = true;
      const auto look = [&](std::int32_t other) {
        if (is_note_[index(other)]) return;
        if (only >= 0 && other != only) is_detour = false;
        only = other;
      };
      std::size_t fed = 0;
      for (const std::uint32_t e : in_[i]) {
        look(edges_[e].from);
        fed += !is_note_[index(edges_[e].from)];
      }
      std::size_t feeds = 0;
      for (const std::uint32_t e : out_[i]) {
        look(edges_[e].to);
        feeds += !is_note_[index(edges_[e].to)];
      }
      if (is_detour && only >= 0 && fed > 0 && feeds > 0) is_note_[i] = 1;
    }
  }

  // Notes are drawn beside somebody; where nobody is there, a few of them become boxes.
  void keep_loose_notes() {
    const bool has_box = std::any_of(is_note_.begin(), is_note_.end(), [](char n) { return !n; });
    if (!has_box) {
      std::fill(is_note_.begin(), is_note_.end(), 0);
      return;
    }
    hosts_.assign(children_.size(), {});
    std::vector<std::size_t> loose;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (!is_note_[i]) continue;
      find_hosts(i, true);
      if (hosts_[i].empty()) find_hosts(i, false);
      const bool is_used_outside = std::any_of(
          border_.begin(), border_.end(), [&](const auto& e) { return e.child == children_[i]; });
      if (hosts_[i].empty() && !is_used_outside) loose.push_back(i);
    }
    if (loose.size() > kMaxLooseBoxes) return;
    for (const std::size_t i : loose) {
      if (model_.node(children_[i]).role != NodeRole::constant) is_note_[i] = 0;
    }
  }

  struct Host {
    std::int32_t child;
    bool is_output;
    friend bool operator==(const Host&, const Host&) = default;
  };

  // The boxes a note belongs to: those it feeds (or that feed it), over other notes where need be.
  void find_hosts(std::size_t note, bool downstream) {
    std::vector<std::int32_t> level{static_cast<std::int32_t>(note)};
    std::vector<std::int32_t> seen = level;
    for (int step = 0; step < kMaxNoteChain && hosts_[note].empty() && !level.empty(); ++step) {
      std::vector<std::int32_t> next;
      for (const std::int32_t at : level) {
        layered::stop_if_cancelled(cancel_);
        for (const std::uint32_t e : downstream ? out_[index(at)] : in_[index(at)]) {
          const std::int32_t other = downstream ? edges_[e].to : edges_[e].from;
          if (std::find(seen.begin(), seen.end(), other) != seen.end()) continue;
          if (seen.size() > kMaxSeen) return;
          seen.push_back(other);
          if (is_note_[index(other)]) {
            next.push_back(other);
          } else {
            hosts_[note].push_back({other, !downstream});
          }
        }
      }
      level = std::move(next);
    }
  }

  void number_boxes() {
    box_of_.assign(children_.size(), -1);
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (is_note_[i]) continue;
      box_of_[i] = static_cast<std::int32_t>(plan_.boxes.size());
      plan_.boxes.push_back(children_[i]);
    }
  }

  void add_edges() {
    for (const LocalEdge& e : edges_) {
      layered::stop_if_cancelled(cancel_);
      const std::int32_t from = box_of_[index(e.from)];
      const std::int32_t to = box_of_[index(e.to)];
      if (from < 0 || to < 0) continue;
      plan_.edges.push_back({from, to, false, false, e.edge->count, e.edge->control_count,
                             e.edge->shape, e.edge->size_elements});
    }
  }

  void add_note(std::int32_t host, NodeId node, NoteKind kind, bool is_output) {
    plan_.notes.push_back({host, node, kind, 1, is_output});
  }

  void add_border() {
    for (std::size_t begin = 0; begin < border_.size();) {
      std::size_t end = begin;
      std::size_t targets = 0;
      for (; end < border_.size() && border_[end].outside == border_[begin].outside &&
             border_[end].is_input == border_[begin].is_input;
           ++end) {
        targets += box_of_[index(local(border_[end].child))] >= 0;
      }
      add_border_of(begin, end, targets);
      begin = end;
    }
  }

  void add_border_of(std::size_t begin, std::size_t end, std::size_t targets) {
    const NodeId outside = border_[begin].outside;
    const bool is_input = border_[begin].is_input;
    const NodeRole role = model_.node(outside).role;
    const bool is_line = targets > 0 && targets <= kMaxBorderTargets && !is_note_role(role);
    const auto port = static_cast<std::int32_t>(plan_.ports.size());
    if (is_line) plan_.ports.push_back({outside, is_input});
    for (std::size_t i = begin; i < end; ++i) {
      const BorderEdge& e = border_[i];
      const std::int32_t box = box_of_[index(local(e.child))];
      if (box < 0) continue;
      if (!is_line) {
        const NoteKind kind = is_note_role(role) ? kind_of(role)
                              : is_input         ? NoteKind::input
                                                 : NoteKind::output;
        add_note(box, outside, kind, !is_input);
      } else if (is_input) {
        plan_.edges.push_back({port, box, true, false, e.count, e.control_count, e.shape, 0});
      } else {
        plan_.edges.push_back({box, port, false, true, e.count, e.control_count, e.shape, 0});
      }
    }
  }

  void attach_notes() {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (!is_note_[i]) continue;
      const NoteKind kind = kind_of(model_.node(children_[i]).role);
      for (const Host& host : hosts_[i]) {
        const std::int32_t box = box_of_[index(host.child)];
        if (box >= 0) add_note(box, children_[i], kind, host.is_output);
      }
    }
  }

  // One note for all of a kind beside one host; a variable and its read count once.
  void merge_notes() {
    const auto key = [](const LevelNote& n) { return std::tie(n.host, n.kind, n.is_output); };
    std::stable_sort(plan_.notes.begin(), plan_.notes.end(),
                     [&](const LevelNote& a, const LevelNote& b) {
                       layered::stop_if_cancelled(cancel_);
                       return key(a) < key(b);
                     });
    std::vector<LevelNote> merged;
    for (std::size_t begin = 0; begin < plan_.notes.size();) {
      std::size_t end = begin;
      while (end < plan_.notes.size() && key(plan_.notes[end]) == key(plan_.notes[begin])) ++end;
      merged.push_back(merge(begin, end));
      begin = end;
    }
    plan_.notes = std::move(merged);
  }

  LevelNote merge(std::size_t begin, std::size_t end) const {
    LevelNote note = plan_.notes[begin];
    note.count = 0;
    std::uint32_t reads = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const GraphNode& node = model_.node(plan_.notes[i].node);
      const std::uint32_t ops = node.kind == NodeKind::op || node.kind == NodeKind::series ||
                                        note.kind == NoteKind::input ||
                                        note.kind == NoteKind::output
                                    ? 1
                                    : node.op_count;
      (node.role == NodeRole::variable_read ? reads : note.count) += ops;
    }
    if (note.count == 0) note.count = reads;
    return note;
  }

  static constexpr std::size_t kMaxSeen = 4096;

  const GraphModel& model_;
  NodeId scope_;
  const LevelRules& rules_;
  const CancelToken& cancel_;
  std::span<const NodeId> children_;
  std::vector<std::pair<NodeId, std::int32_t>> local_;  // child, its number; sorted
  std::vector<LocalEdge> edges_;
  EdgeLists out_;
  EdgeLists in_;
  std::vector<char> is_note_;
  std::vector<std::vector<Host>> hosts_;
  std::vector<std::int32_t> box_of_;
  std::vector<BorderEdge> border_;
  LevelPlan plan_;
};

}  // namespace

LevelPlan plan_level(const GraphModel& model, NodeId scope, bool crosses_border,
                     const LevelRules& rules, const CancelToken& cancel) {
  return LevelPlanner(model, scope, rules, cancel).run(crosses_border);
}

}  // namespace opscope::viewer
