#include "app/graph_options.h"

#include <string>
#include <vector>

#include "app/option_choice.h"

namespace opscope::viewer {

namespace {

void take_search_in(SearchOptions& in, const std::vector<std::string>& words) {
  in = {};
  in.match_name = false;
  in.match_op = false;
  for (const std::string& word : words) {
    if (word == "name") in.match_name = true;
    if (word == "op") in.match_op = true;
    if (word == "attr") in.match_attributes = true;
    if (word == "shape") in.match_shape = true;
    if (word == "regex") in.is_regex = true;
    if (word == "case") in.match_case = true;
  }
  const bool has_field = in.match_name || in.match_op || in.match_attributes || in.match_shape;
  if (!has_field) in.match_name = in.match_op = true;
}

void take_highlight(GraphState& graph, const std::string& word) {
  graph.inputs_highlighted = word == "inputs" || word == "both";
  graph.outputs_highlighted = word == "outputs" || word == "both";
}

}  // namespace

void add_graph_options(CLI::App& app, RenderOptions& options) {
  GraphState& graph = options.graph;
  app.add_option("--expand", options.expand, "open this node of the graph, or all");
  add_choice<GraphColors>(app, "--color", graph.colors,
                          {{"structure", GraphColors::structure},
                           {"device", GraphColors::device},
                           {"op", GraphColors::op_type},
                           {"time", GraphColors::compute_time},
                           {"memory", GraphColors::memory},
                           {"dtype", GraphColors::dtype},
                           {"gradient", GraphColors::gradient},
                           {"difference", GraphColors::difference}},
                          "structure, device, op, time, memory, dtype, gradient or difference");
  app.add_option("--search", graph.search, "mark the nodes of the graph that match");
  app.add_option_function<std::vector<std::string>>(
         "--search-in",
         [&graph](const std::vector<std::string>& words) {
           take_search_in(graph.search_in, words);
         },
         "name, op, attr, shape, with regex, case: several with commas")
      ->delimiter(',')
      ->check(CLI::IsMember({"name", "op", "attr", "shape", "regex", "case"}));
  app.add_option_function<std::string>(
         "--highlight", [&graph](const std::string& word) { take_highlight(graph, word); },
         "edges of the selected node: inputs, outputs, both or none")
      ->check(CLI::IsMember({"inputs", "outputs", "both", "none"}));
  add_choice<GraphTracing>(app, "--follow", graph.tracing,
                           {{"none", GraphTracing::none},
                            {"inputs", GraphTracing::inputs},
                            {"outputs", GraphTracing::outputs},
                            {"both", GraphTracing::both}},
                           "from the selected node through the whole graph");
  app.add_option("--path-to", graph.path_end, "show the path from the selected node to this one");
  app.add_option("--remove", options.removed, "draw this node beside its users only");
  app.add_option("--keep", options.kept, "draw this node though a rule would leave it out");
  app.add_option_function<std::string>(
      "--compare",
      [&options](const std::string& path) {
        options.compare = path;
        options.graph.colors = GraphColors::difference;
      },
      "show what changed since the graph of this path");
  app.add_option("--only", options.only, "draw what is in this node only");
  add_choice<bool>(app, "--inputs-at", graph.is_input_at_bottom, {{"bottom", true}, {"top", false}},
                   "bottom or top");
}

}  // namespace opscope::viewer
