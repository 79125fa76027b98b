#include "model/graph_dot.h"

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/units.h"

namespace opscope::viewer {
namespace {

struct DotEdge {
  std::uint32_t count = 0;
  std::uint32_t control_count = 0;
  std::uint32_t shape = 0;
};

class DotWriter {
 public:
  DotWriter(const GraphModel& model, const GraphLayout& layout) : model_(model), layout_(layout) {
    children_.resize(layout.boxes.size() + 1);
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
      const LayoutBox& box = layout.boxes[i];
      children_[static_cast<std::size_t>(box.parent + 1)].push_back(i);
      boxes_.emplace(static_cast<std::uint32_t>(box.node), i);
    }
  }

  std::string run() {
    out_ =
        "digraph opscope {\n"
        "  graph [rankdir=BT compound=true fontname=\"Roboto\"];\n"
        "  node [shape=box style=rounded fontname=\"Roboto\"];\n";
    for (const std::size_t box : children_[0]) write_box(box, 1);
    for (std::size_t n = 0; n < layout_.notes.size(); ++n) write_note(n);
    write_edges();
    out_ += "}\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string id(std::size_t box) const {
    return dot_quoted(model_.node(layout_.boxes[box].node).name);
  }

  void write_box(std::size_t index, int depth) {
    const LayoutBox& box = layout_.boxes[index];
    const GraphNode& node = model_.node(box.node);
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    const std::string label = model_.label(box.node);
    if (box.is_open && !children_[index + 1].empty()) {
      out_ += indent + "subgraph " + dot_quoted("cluster_" + std::string(node.name)) + " {\n" +
              indent + "  label=" + dot_quoted(label) + ";\n";
      for (const std::size_t child : children_[index + 1]) write_box(child, depth + 1);
      out_ += indent + "}\n";
      return;
    }
    out_ += indent + id(index) + " [label=" + dot_quoted(label);
    if (node.has_children()) {
      out_ += " shape=box3d tooltip=" + dot_quoted(format_count(node.op_count) + " ops");
    } else if (!node.op.empty()) {
      out_ += " tooltip=" + dot_quoted(node.op);
    }
    out_ += "];\n";
  }

  // A closed box in or at `box`, for edges that mean an opened one: Graphviz joins nodes only.
  [[nodiscard]] std::size_t leaf_of(std::size_t box) const {
    while (!children_[box + 1].empty()) box = children_[box + 1].front();
    return box;
  }

  void write_note(std::size_t index) {
    const LayoutNote& note = layout_.notes[index];
    if (note.host_box < 0) return;
    const std::string name = "\"note " + std::to_string(index) + "\"";
    const std::string host = id(leaf_of(static_cast<std::size_t>(note.host_box)));
    out_ +=
        "  " + name + " [shape=plaintext fontsize=10 label=" + dot_quoted(note.label) + "];\n  ";
    out_ += note.is_output ? host + " -> " + name : name + " -> " + host;
    out_ += " [style=dotted arrowhead=none];\n";
  }

  // The closed box that shows an operation; -1 where a note does, or nothing.
  [[nodiscard]] std::ptrdiff_t box_of(NodeId op) const {
    for (NodeId at = op; at != kNoNode; at = model_.node(at).parent) {
      const auto found = boxes_.find(static_cast<std::uint32_t>(at));
      if (found == boxes_.end()) continue;
      const bool is_closed = children_[found->second + 1].empty();
      return is_closed ? static_cast<std::ptrdiff_t>(found->second) : -1;
    }
    return -1;
  }

  void write_edges() {
    std::map<std::pair<std::ptrdiff_t, std::ptrdiff_t>, DotEdge> edges;
    for (const GraphEdge& edge : model_.edges()) {
      const std::ptrdiff_t from = box_of(edge.from);
      const std::ptrdiff_t to = box_of(edge.to);
      if (from < 0 || to < 0 || from == to) continue;
      DotEdge& drawn = edges[{from, to}];
      ++drawn.count;
      drawn.control_count += edge.is_control;
      if (drawn.shape == 0) drawn.shape = edge.shape;
    }
    for (const auto& [ends, edge] : edges) {
      out_ += "  " + id(static_cast<std::size_t>(ends.first)) + " -> " +
              id(static_cast<std::size_t>(ends.second));
      const std::uint32_t tensors = edge.count - edge.control_count;
      std::string label;
      if (tensors > 1) label = format_count(tensors) + " tensors";
      if (tensors == 1) label = std::string(model_.shape_text(edge.shape));
      if (tensors == 0) {
        out_ += " [style=dashed]";
      } else if (!label.empty()) {
        out_ += " [label=" + dot_quoted(label) + "]";
      }
      out_ += ";\n";
    }
  }

  const GraphModel& model_;
  const GraphLayout& layout_;
  std::vector<std::vector<std::size_t>> children_;  // by box + 1; first those at the top
  std::unordered_map<std::uint32_t, std::size_t> boxes_;
  std::string out_;
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the UTF-8 sequence at `text`'s begin; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return length;
}

}  // namespace

std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    const char c = text[i];
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20 || length > 1) {
      out += text.substr(i, length);
    }
    i += length;
  }
  return out + '"';
}

std::string graph_dot(const GraphModel& model, const GraphLayout& layout) {
  return DotWriter(model, layout).run();
}

}  // namespace opscope::viewer
