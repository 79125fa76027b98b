#include "model/graph_diff.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "model/graph_matching.h"
#include "model/graph_wire.h"
#include "model/units.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr std::uint32_t kListField = 1, kTypeField = 6, kShapeField = 7;  // of AttrValue

// The field of an AttrValue, or of what its list holds.
std::uint32_t value_field(std::string_view value) {
  WireReader reader(value);
  if (!reader.next()) return 0;
  if (reader.field() != kListField) return reader.field();
  WireReader list(reader.bytes());
  return list.next() ? list.field() : kListField;
}

ChangeKind kind_of(std::string_view before, std::string_view after) {
  const std::uint32_t field = std::max(value_field(before), value_field(after));
  if (field == kTypeField) return ChangeKind::dtype;
  return field == kShapeField ? ChangeKind::shape : ChangeKind::attribute;
}

std::vector<RawAttribute> sorted_attributes(const GraphNode& node) {
  std::vector<RawAttribute> attributes = node_attributes(node.definition);
  std::sort(attributes.begin(), attributes.end(),
            [](const RawAttribute& l, const RawAttribute& r) { return l.name < r.name; });
  return attributes;
}

std::string text_of(const GraphModel& model, NodeId id, std::string_view attribute) {
  for (GraphAttribute& shown : model.attributes(id)) {
    if (shown.name == attribute) return std::move(shown.text);
  }
  return {};
}

// Where a tensor comes from, in terms of the second graph.
struct Source {
  NodeId node = kNoNode;  // kNoNode: not in the second graph
  std::uint16_t output = 0;
  std::uint32_t edge = 0;

  [[nodiscard]] auto key() const { return std::pair(node, output); }
};

class GraphComparison {
 public:
  GraphComparison(const GraphModel& a, const GraphModel& b) : a_(a), b_(b) {
    GraphMatching matching = match_graphs(a, b);
    diff_.b_of_a = std::move(matching.b_of_a);
    diff_.a_of_b = std::move(matching.a_of_b);
  }

  GraphDiff run() {
    for (std::uint32_t i = 0; i < a_.size(); ++i) compare(NodeId{i});
    for (std::uint32_t i = 0; i < b_.size(); ++i) {
      const NodeId id{i};
      if (b_.node(id).kind == NodeKind::op && diff_.a_of_b[i] == kNoNode) diff_.added.push_back(id);
    }
    return std::move(diff_);
  }

 private:
  void compare(NodeId a) {
    const NodeId b = diff_.b_of_a[index_of(a)];
    const bool is_op = a_.node(a).kind == NodeKind::op;
    if (b == kNoNode) {
      if (is_op) diff_.removed.push_back(a);
      return;
    }
    const bool has_moved = is_renamed(a, b);
    if (has_moved) diff_.renamed.push_back({a, b});
    if (!is_op) return;
    NodeChange change{a, b, {}};
    compare_definitions(change);
    compare_inputs(change);
    if (!change.values.empty()) {
      diff_.changed.push_back(std::move(change));
    } else if (!has_moved) {
      ++diff_.equal_count;
    }
  }

  static NodeId parent_of(const GraphModel& model, NodeId id) {
    NodeId at = model.node(id).parent;
    while (at != kNoNode && model.node(at).kind == NodeKind::series) at = model.node(at).parent;
    return at;
  }

  bool is_renamed(NodeId a, NodeId b) const {
    if (a == kRootNode) return false;
    if (diff_.b_of_a[index_of(parent_of(a_, a))] != parent_of(b_, b)) return true;
    const GraphNode& before = a_.node(a);
    const GraphNode& after = b_.node(b);
    if (before.kind == NodeKind::function && after.kind == NodeKind::function) return false;
    return before.name.substr(before.label_begin) != after.name.substr(after.label_begin);
  }

  void compare_definitions(NodeChange& change) const {
    const GraphNode& before = a_.node(change.a);
    const GraphNode& after = b_.node(change.b);
    const auto note = [&](ChangeKind kind, std::string_view from, std::string_view to) {
      if (from != to) change.values.push_back({kind, "", std::string(from), std::string(to)});
    };
    note(ChangeKind::op, before.op, after.op);
    note(ChangeKind::device, before.device, after.device);
    if (before.definition == after.definition && !before.definition.empty()) return;
    compare_attributes(change);
    if (before.definition.empty() && after.definition.empty()) compare_argument(change);
  }

  void compare_attributes(NodeChange& change) const {
    const auto before = sorted_attributes(a_.node(change.a));
    const auto after = sorted_attributes(b_.node(change.b));
    auto l = before.begin();
    auto r = after.begin();
    while (l != before.end() || r != after.end()) {
      const bool has_left = l != before.end() && (r == after.end() || l->name <= r->name);
      const bool has_right = r != after.end() && (l == before.end() || r->name <= l->name);
      const std::string_view left = has_left ? l->value : std::string_view();
      const std::string_view right = has_right ? r->value : std::string_view();
      const bool is_same =
          has_left && has_right && (left == right || is_same_call(change, left, right));
      if (!is_same) note_attribute(change, has_left ? l->name : r->name, left, right);
      l += has_left ? 1 : 0;
      r += has_right ? 1 : 0;
    }
  }

  // Both call functions whose bodies are compared by themselves.
  bool is_same_call(const NodeChange& change, std::string_view left, std::string_view right) const {
    const std::size_t functions = attribute_functions(left).size();
    return functions != 0 && functions == attribute_functions(right).size() &&
           a_.node(change.a).has_children() && b_.node(change.b).has_children();
  }

  void note_attribute(NodeChange& change, std::string_view name, std::string_view left,
                      std::string_view right) const {
    ValueChange value{kind_of(left, right), std::string(name), text_of(a_, change.a, name),
                      text_of(b_, change.b, name)};
    if (value.before == value.after) value.after += " (another value)";
    change.values.push_back(std::move(value));
  }

  // What an argument of a function gives is known from its users only.
  void compare_argument(NodeChange& change) const {
    const auto first = [](const GraphModel& model, NodeId id) {
      for (const std::uint32_t e : model.output_edges(id)) {
        if (!model.edges()[e].is_control) return model.edges()[e];
      }
      return GraphEdge{};
    };
    const GraphEdge before = first(a_, change.a);
    const GraphEdge after = first(b_, change.b);
    if (before.dtype == after.dtype || before.dtype == 0 || after.dtype == 0) return;
    change.values.push_back(
        {ChangeKind::dtype, "", dtype_name(before.dtype), dtype_name(after.dtype)});
  }

  // Data inputs in their order, then control inputs; of the first graph when `translates`.
  std::pair<std::vector<Source>, std::vector<Source>> sources(const GraphModel& model, NodeId id,
                                                              bool translates) const {
    std::pair<std::vector<Source>, std::vector<Source>> result;
    for (const std::uint32_t e : model.input_edges(id)) {
      const GraphEdge& edge = model.edges()[e];
      const NodeId from = translates ? diff_.b_of_a[index_of(edge.from)] : edge.from;
      (edge.is_control ? result.second : result.first).push_back({from, edge.output, e});
    }
    std::sort(result.second.begin(), result.second.end(),
              [](const Source& l, const Source& r) { return l.key() < r.key(); });
    return result;
  }

  static std::string source_text(const GraphModel& model, const Source& source) {
    const GraphEdge& edge = model.edges()[source.edge];
    std::string text(model.node(edge.from).name);
    if (edge.output != 0) text += ":" + std::to_string(edge.output);
    return text;
  }

  void compare_inputs(NodeChange& change) const {
    const auto [data_before, control_before] = sources(a_, change.a, true);
    const auto [data_after, control_after] = sources(b_, change.b, false);
    for (std::size_t i = 0; i < std::max(data_before.size(), data_after.size()); ++i) {
      const bool has_before = i < data_before.size();
      const bool has_after = i < data_after.size();
      if (has_before && has_after && data_before[i].key() == data_after[i].key()) continue;
      change.values.push_back({ChangeKind::input, std::to_string(i),
                               has_before ? source_text(a_, data_before[i]) : "",
                               has_after ? source_text(b_, data_after[i]) : ""});
    }
    ValueChange control{ChangeKind::input, "^", missing(a_, control_before, control_after),
                        missing(b_, control_after, control_before)};
    if (!control.before.empty() || !control.after.empty()) {
      change.values.push_back(std::move(control));
    }
  }

  // The names of the sources in `of` that are not in `other`; both are sorted.
  static std::string missing(const GraphModel& model, const std::vector<Source>& of,
                             const std::vector<Source>& other) {
    std::vector<Source> only;
    std::set_difference(of.begin(), of.end(), other.begin(), other.end(), std::back_inserter(only),
                        [](const Source& l, const Source& r) { return l.key() < r.key(); });
    std::string text;
    for (const Source& source : only) {
      text += text.empty() ? "" : ", ";
      text += source_text(model, source);
    }
    return text;
  }

  const GraphModel& a_;
  const GraphModel& b_;
  GraphDiff diff_;
};

}  // namespace

const char* change_kind_name(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::op:
      return "op";
    case ChangeKind::device:
      return "device";
    case ChangeKind::attribute:
      return "attribute";
    case ChangeKind::dtype:
      return "dtype";
    case ChangeKind::shape:
      return "shape";
    case ChangeKind::input:
      return "input";
  }
  return "";
}

GraphDiff diff_graphs(const GraphModel& a, const GraphModel& b) {
  return GraphComparison(a, b).run();
}

}  // namespace opscope::viewer
