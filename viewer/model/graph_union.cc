#include "model/graph_union.h"

#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include "model/graph_choice.h"
#include "model/graph_text.h"
#include "model/graph_wire.h"
#include "model/logdir.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

void append_field(std::string& out, std::uint32_t field, std::string_view bytes) {
  append_varint(out, std::uint64_t{field} << 3U | static_cast<std::uint64_t>(WireType::length));
  append_varint(out, bytes.size());
  out += bytes;
}

// Fields of NodeDef and GraphDef.
constexpr std::uint32_t kNode = 1, kNodeName = 1, kNodeInput = 3;

class Joiner {
 public:
  Joiner(const GraphModel& a, const GraphModel& b, const GraphDiff& diff)
      : a_(a), b_(b), diff_(diff) {}

  // The GraphDef of both.
  std::string run(const std::string& graph_def) {
    for (const NodeId id : diff_.removed) {
      if (is_in_body(a_, id)) continue;
      removed_name_.emplace(id, name_for(id));
    }
    add_inputs_from_removed();
    std::string joined;
    WireReader reader(graph_def);
    std::size_t begin = 0;
    for (bool more = reader.next(); more;) {
      const bool is_node = reader.is(kNode, WireType::length);
      const std::string_view node = reader.bytes();
      more = reader.next();
      const std::size_t end = more ? reader.field_offset() : graph_def.size();
      if (is_node) {
        append_field(joined, kNode, with_inputs(node));
      } else {
        joined.append(graph_def, begin, end - begin);
      }
      begin = end;
    }
    for (const auto& [id, name] : removed_name_) append_field(joined, kNode, moved(id, name));
    return joined;
  }

  [[nodiscard]] const std::map<NodeId, std::string>& removed_names() const { return removed_name_; }

 private:
  static bool is_in_body(const GraphModel& model, NodeId id) {
    for (NodeId at = model.node(id).parent; at != kNoNode; at = model.node(at).parent) {
      const NodeKind kind = model.node(at).kind;
      if (kind == NodeKind::op || kind == NodeKind::function || kind == NodeKind::group) {
        return true;
      }
    }
    return false;
  }

  // Where a removed node goes: into the partner of the nearest scope around it that has one.
  [[nodiscard]] std::string name_for(NodeId id) const {
    const std::string_view name = a_.node(id).name;
    std::string result(name);
    for (NodeId at = a_.node(id).parent; at != kNoNode; at = a_.node(at).parent) {
      if (a_.node(at).kind != NodeKind::scope || diff_.b_of_a[index_of(at)] == kNoNode) continue;
      const GraphNode& partner = b_.node(diff_.b_of_a[index_of(at)]);
      result = std::string(partner.name).append(name.substr(a_.node(at).name.size()));
      break;
    }
    while (is_taken(result)) result += "_before";
    return result;
  }

  [[nodiscard]] bool is_taken(const std::string& name) const {
    const NodeId found = b_.find(name);
    return found != kNoNode && b_.node(found).kind == NodeKind::op;
  }

  // The name that an operation of the first graph has in the union; "" when it has none.
  [[nodiscard]] std::string name_in_union(NodeId id) const {
    if (const auto removed = removed_name_.find(id); removed != removed_name_.end()) {
      return removed->second;
    }
    const NodeId partner = diff_.b_of_a[index_of(id)];
    return partner == kNoNode ? std::string() : std::string(b_.node(partner).name);
  }

  void add_inputs_from_removed() {
    for (const auto& [id, name] : removed_name_) {
      for (const std::uint32_t e : a_.output_edges(id)) {
        const GraphEdge& edge = a_.edges()[e];
        const NodeId partner = diff_.b_of_a[index_of(edge.to)];
        if (partner == kNoNode || is_in_body(b_, partner)) continue;
        std::string input = edge.is_control ? "^" + name : name;
        if (!edge.is_control && edge.output > 0) input += ":" + std::to_string(edge.output);
        extra_inputs_[b_.node(partner).name].push_back(std::move(input));
      }
    }
  }

  [[nodiscard]] std::string with_inputs(std::string_view node) const {
    std::string result(node);
    WireReader reader(node);
    while (reader.next()) {
      if (!reader.is(kNodeName, WireType::length)) continue;
      const auto extra = extra_inputs_.find(reader.bytes());
      if (extra == extra_inputs_.end()) break;
      for (const std::string& input : extra->second) append_field(result, kNodeInput, input);
      break;
    }
    return result;
  }

  // The definition of a removed node under its new name, its inputs under theirs.
  [[nodiscard]] std::string moved(NodeId id, const std::string& name) const {
    std::string result;
    append_field(result, kNodeName, name);
    const std::string_view definition = a_.node(id).definition;
    WireReader reader(definition);
    std::size_t begin = 0;
    for (bool more = reader.next(); more;) {
      const bool is_replaced =
          reader.is(kNodeName, WireType::length) || reader.is(kNodeInput, WireType::length);
      more = reader.next();
      const std::size_t end = more ? reader.field_offset() : definition.size();
      if (!is_replaced) result += definition.substr(begin, end - begin);
      begin = end;
    }
    for (const std::uint32_t e : a_.input_edges(id)) {
      const GraphEdge& edge = a_.edges()[e];
      const std::string source = name_in_union(edge.from);
      if (source.empty()) continue;
      std::string input = edge.is_control ? "^" + source : source;
      if (!edge.is_control && edge.output > 0) input += ":" + std::to_string(edge.output);
      append_field(result, kNodeInput, input);
    }
    return result;
  }

  const GraphModel& a_;
  const GraphModel& b_;
  const GraphDiff& diff_;
  std::map<NodeId, std::string> removed_name_;
  std::map<std::string_view, std::vector<std::string>> extra_inputs_;  // by consumer
};

std::string change_text(const ValueChange& change) {
  const auto shown = [](const std::string& text) { return text.empty() ? "(none)" : text; };
  std::string text = change_kind_name(change.kind);
  if (!change.name.empty()) text += " " + (change.name == "^" ? "control" : change.name);
  return text + ": " + shown(change.before) + " → " + shown(change.after);
}

// Fills states and remarks of operations, then of scopes from what is in them.
void mark(GraphUnion& all, const GraphModel& a, const GraphModel& b, const GraphDiff& diff,
          const std::map<NodeId, std::string>& removed_names) {
  all.states.assign(all.model.size(), DiffState::equal);
  const auto set = [&](std::string_view name, DiffState state, std::string remark) {
    const NodeId id = all.model.find(name);
    if (id == kNoNode) return;
    all.states[index_of(id)] = state;
    if (!remark.empty()) {
      all.remarks[static_cast<std::uint32_t>(id)].push_back(std::move(remark));
    }
  };
  for (const NodeRename& rename : diff.renamed) {
    set(b.node(rename.b).name, DiffState::renamed,
        "was called " + std::string(a.node(rename.a).name));
  }
  for (const NodeChange& change : diff.changed) {
    for (const ValueChange& value : change.values) {
      set(b.node(change.b).name, DiffState::changed, change_text(value));
    }
  }
  for (const NodeId id : diff.added) set(b.node(id).name, DiffState::added, {});
  for (const auto& [id, name] : removed_names) set(name, DiffState::removed, {});
  std::vector<std::array<std::uint32_t, 5>> counts(all.model.size());
  for (std::uint32_t i = 1; i < all.model.size(); ++i) {
    if (all.model.node(NodeId{i}).kind != NodeKind::op) continue;
    const auto state = static_cast<std::size_t>(all.states[i]);
    for (NodeId at{i}; at != kNoNode; at = all.model.node(at).parent) ++counts[index_of(at)][state];
  }
  for (std::uint32_t i = 0; i < all.model.size(); ++i) {
    if (all.model.node(NodeId{i}).kind == NodeKind::op && all.states[i] != DiffState::equal) {
      continue;
    }
    const auto& [equal, added, removed, changed, renamed] = counts[i];
    const std::uint32_t differ = added + removed + changed;
    if (differ == 0) continue;
    const std::uint32_t rest = equal + renamed;
    all.states[i] = rest == 0 && added == differ     ? DiffState::added
                    : rest == 0 && removed == differ ? DiffState::removed
                                                     : DiffState::changed;
  }
}

}  // namespace

const char* diff_state_name(DiffState state) noexcept {
  constexpr std::array<const char*, 5> kNames{"equal", "added", "removed", "changed", "renamed"};
  return kNames[static_cast<std::size_t>(state)];
}

Result<GraphUnion> join_graphs(const GraphModel& a, const GraphModel& b, const GraphDiff& diff,
                               const std::string& graph_def) {
  Joiner joiner(a, b, diff);
  auto model = build_graph_model(joiner.run(graph_def), GraphKind::file);
  if (!model) return model.error();
  GraphUnion all;
  all.model = std::move(*model);
  all.added = diff.added.size();
  all.removed = diff.removed.size();
  all.changed = diff.changed.size();
  all.renamed = diff.renamed.size();
  mark(all, a, b, diff, joiner.removed_names());
  return all;
}

Result<GraphUnion> load_graph_union(const LogdirModel& model_of_a, const GraphSource& a,
                                    const LogdirModel& model_of_b, const GraphSource& b) {
  const Result<GraphModel> before = load_graph_model(model_of_a, a);
  if (!before) return before.error();
  const Result<GraphModel> after = load_graph_model(model_of_b, b);
  if (!after) return after.error();
  const Result<GraphBytes> bytes = load_graph(b);
  if (!bytes) return bytes.error();
  const Result<std::string> graph_def = graph_def_bytes(bytes->bytes, bytes->kind);
  if (!graph_def) return graph_def.error();
  return join_graphs(*before, *after, diff_graphs(*before, *after), *graph_def);
}

}  // namespace opscope::viewer
