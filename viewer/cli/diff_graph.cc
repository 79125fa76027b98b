// opscope diff graph: two graphs, what was added, removed, changed and renamed.
#include "cli/diff_graph.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/diff_command.h"
#include "model/graph_choice.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kMostLines = 40;  // per kind of difference
constexpr std::size_t kMostText = 100;  // of a value

std::string name_of(const GraphModel& model, NodeId id) { return printable(model.node(id).name); }

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

Json node_list(const GraphModel& model, const std::vector<NodeId>& nodes) {
  Json list = Json::array();
  for (const NodeId id : nodes) {
    list.push_back({{"name", name_of(model, id)}, {"op", printable(model.node(id).op)}});
  }
  return list;
}

// Of `nodes`, which have no partner: the topmost scopes that have none either, or the nodes.
std::vector<NodeId> topmost(const GraphModel& model, const std::vector<NodeId>& nodes,
                            const std::vector<NodeId>& partner) {
  std::vector<NodeId> result;
  for (const NodeId id : nodes) {
    NodeId top = id;
    for (NodeId at = model.node(id).parent; at != kNoNode; at = model.node(at).parent) {
      if (model.node(at).kind == NodeKind::series) continue;
      if (partner[index_of(at)] != kNoNode) break;
      top = at;
    }
    result.push_back(top);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

// How many operations below and at `id` have no partner.
std::vector<std::size_t> lone_counts(const GraphModel& model, const std::vector<NodeId>& nodes) {
  std::vector<std::size_t> counts(model.size(), 0);
  for (const NodeId id : nodes) {
    for (NodeId at = id; at != kNoNode; at = model.node(at).parent) ++counts[index_of(at)];
  }
  return counts;
}

std::string short_text(const std::string& text) {
  if (text.empty()) return "(none)";
  const std::string clean = printable(text);
  if (clean.size() <= kMostText) return clean;
  return printable(clean.substr(0, kMostText)) + "…";
}

// Prints at most kMostLines of `count` lines.
template <typename PrintLine>
void print_list(std::ostream& out, const std::string& title, std::size_t count,
                const PrintLine& print_line) {
  if (count == 0) return;
  out << '\n' << title << ":\n";
  for (std::size_t i = 0; i < std::min(count, kMostLines); ++i) print_line(i);
  if (count > kMostLines) {
    out << "  and " << count - kMostLines << " more, see --json for all\n";
  }
}

void print_lone(std::ostream& out, const std::string& title, const GraphModel& model,
                const std::vector<NodeId>& nodes, const std::vector<NodeId>& partner) {
  const std::vector<NodeId> tops = topmost(model, nodes, partner);
  const std::vector<std::size_t> counts = lone_counts(model, nodes);
  print_list(out, title, tops.size(), [&](std::size_t i) {
    const GraphNode& n = model.node(tops[i]);
    out << "  " << name_of(model, tops[i]) << " (";
    if (n.kind == NodeKind::op) {
      out << printable(n.op) << ")\n";
    } else {
      out << count_text(counts[index_of(tops[i])], "node") << ")\n";
    }
  });
}

void print_change(std::ostream& out, const GraphModel& a, const NodeChange& change) {
  out << "  " << name_of(a, change.a) << " (" << printable(a.node(change.a).op) << ")\n";
  for (const ValueChange& value : change.values) {
    out << "    " << change_kind_name(value.kind);
    if (value.name == "^") {
      out << " (control)";
    } else if (!value.name.empty()) {
      out << " " << printable(value.name);
    }
    out << ": " << short_text(value.before) << " -> " << short_text(value.after) << '\n';
  }
}

Result<GraphModel> load_model(const std::string& path, const DiffRequest& request) {
  const Result<Logdir> logdir = open_path(path);
  if (!logdir) return logdir.error();
  const auto model = logdir->snapshot();
  const std::vector<GraphSource> graphs = graphs_of(*model);
  const int index = preferred_graph(graphs, request.run, request.tag);
  if (index < 0) {
    return Error(ErrorCode::not_found,
                 "no graph, " + path + ", see what opscope inspect " + path + " finds");
  }
  return load_graph_model(*model, graphs[static_cast<std::size_t>(index)]);
}

}  // namespace

Json diff_document(const GraphModel& a, const GraphModel& b, const GraphDiff& diff) {
  Json document;
  document["equal"] = diff.is_equal();
  document["unchanged"] = diff.equal_count;
  document["removed"] = node_list(a, diff.removed);
  document["added"] = node_list(b, diff.added);
  Json& changed = document["changed"] = Json::array();
  for (const NodeChange& change : diff.changed) {
    Json values = Json::array();
    for (const ValueChange& value : change.values) {
      values.push_back({{"kind", change_kind_name(value.kind)},
                        {"name", printable(value.name)},
                        {"before", printable(value.before)},
                        {"after", printable(value.after)}});
    }
    changed.push_back({{"name", name_of(a, change.a)},
                       {"name_in_b", name_of(b, change.b)},
                       {"op", printable(a.node(change.a).op)},
                       {"changes", std::move(values)}});
  }
  Json& renamed = document["renamed"] = Json::array();
  for (const NodeRename& rename : diff.renamed) {
    renamed.push_back({{"from", name_of(a, rename.a)},
                       {"to", name_of(b, rename.b)},
                       {"nodes", a.node(rename.a).op_count}});
  }
  return document;
}

void print_diff(std::ostream& out, const GraphModel& a, const GraphModel& b,
                const GraphDiff& diff) {
  if (diff.is_equal()) {
    out << "The graphs are equal: " << count_text(diff.equal_count, "node") << ".\n";
    return;
  }
  out << diff.removed.size() << " removed, " << diff.added.size() << " added, "
      << diff.changed.size() << " changed, " << diff.renamed.size() << " renamed, "
      << count_text(diff.equal_count, "node") << " unchanged\n";
  print_lone(out, "Removed", a, diff.removed, diff.b_of_a);
  print_lone(out, "Added", b, diff.added, diff.a_of_b);
  print_list(out, "Changed", diff.changed.size(),
             [&](std::size_t i) { print_change(out, a, diff.changed[i]); });
  print_list(out, "Renamed", diff.renamed.size(), [&](std::size_t i) {
    const NodeRename& rename = diff.renamed[i];
    out << "  " << name_of(a, rename.a) << " -> " << name_of(b, rename.b) << " ("
        << count_text(a.node(rename.a).op_count, "node") << ")\n";
  });
}

int diff_graph_files(const DiffRequest& request, std::ostream& out, std::ostream& err) {
  const Result<GraphModel> a = load_model(request.path_a, request);
  const Result<GraphModel> b =
      a ? load_model(request.path_b, request) : Result<GraphModel>(GraphModel());
  if (!a || !b) {
    print_error(err, a ? b.error().what() : a.error().what());
    return kFailed;
  }
  const GraphDiff diff = diff_graphs(*a, *b);
  if (request.as_json) {
    print_json(out, diff_document(*a, *b, diff));
  } else {
    print_diff(out, *a, *b, diff);
  }
  return diff.is_equal() ? kDone : kDiffers;
}

}  // namespace opscope::viewer
