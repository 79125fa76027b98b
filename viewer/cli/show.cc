// opscope show and opscope scan: the texts of saved_model_cli.
#include <algorithm>
#include <optional>
#include <ostream>
#include <set>

#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/saved_model_text.h"
#include "opscope/saved_model/model_graph.h"

namespace opscope::viewer {
namespace {

using saved_model::ModelGraph;

std::vector<std::string> split(const std::string& text, bool is_stripped) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string part = text.substr(begin, end - begin);
    if (is_stripped) {
      part.erase(0, std::min(part.find_first_not_of(" \t\n\r\f\v"), part.size()));
      part.erase(part.find_last_not_of(" \t\n\r\f\v") + 1);
    }
    if (!part.empty()) parts.push_back(std::move(part));
    begin = end + 1;
  }
  return parts;
}

std::string tag_text(const proto::MetaGraphDef& meta) {
  std::string text;
  for (const std::string& tag : meta.meta_info_def().tags())
    text += (text.empty() ? "" : ",") + tag;
  return "'" + text + "'";
}

const proto::MetaGraphDef& find_meta(const ModelGraph& graph, const std::string& tag_set,
                                     bool is_stripped) {
  const std::vector<std::string> parts = split(tag_set, is_stripped);
  const std::set<std::string> wanted(parts.begin(), parts.end());
  std::string known;
  for (const auto& meta : graph.model->meta_graphs()) {
    const auto& tags = meta.meta_info_def().tags();
    if (std::set<std::string>(tags.begin(), tags.end()) == wanted) return meta;
    known += (known.empty() ? "" : ", ") + tag_text(meta);
  }
  throw Error(ErrorCode::not_found, "no graph with the tag-set '" + tag_set + "', " + graph.path +
                                        ", there are: " + known);
}

const proto::SignatureDef& find_signature(const ModelGraph& graph, const proto::MetaGraphDef& meta,
                                          const std::string& key) {
  const auto found = meta.signature_def().find(key);
  if (found != meta.signature_def().end()) return found->second;
  std::set<std::string> known;
  for (const auto& [name, signature] : meta.signature_def()) known.insert(name);
  std::string text;
  for (const std::string& name : known) text += (text.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::not_found,
              "no signature \"" + key + "\", " + graph.path + ", choose from: " + text);
}

struct ShowOptions {
  std::string folder;
  bool all = false;
  bool list_ops = false;
  std::optional<std::string> tag_set;
  std::optional<std::string> signature;
};

void show(const ShowOptions& options, std::ostream& out) {
  const ModelGraph graph = saved_model::read_model_graph(options.folder).value();
  if (options.all) return print_everything(out, *graph.model);
  if (!options.tag_set) {
    if (options.list_ops) out << "--list_ops must be paired with a tag-set or with --all.\n";
    return print_tag_sets(out, *graph.model);
  }
  if (options.list_ops) print_ops(out, find_meta(graph, *options.tag_set, true));
  if (!options.signature) {
    return print_signature_keys(out, find_meta(graph, *options.tag_set, false));
  }
  const proto::MetaGraphDef& meta = find_meta(graph, *options.tag_set, true);
  print_signature(out, find_signature(graph, meta, *options.signature), 0);
}

// The original takes flags with one dash too; CLI11 takes such words for groups of short ones.
std::vector<std::string> with_two_dashes(std::vector<std::string> args) {
  for (std::string& arg : args) {
    if (arg.size() > 2 && arg[0] == '-' && arg[1] != '-') arg.insert(0, 1, '-');
  }
  return args;
}

}  // namespace

int run_show(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("What a SavedModel holds, as TensorFlow's saved_model_cli shows it", "show");
  ShowOptions options;
  app.add_option("--dir", options.folder, "the folder of the SavedModel")->required();
  app.add_flag("--all", options.all, "everything");
  app.add_option("--tag_set", options.tag_set, "the tags of one graph, separated by commas");
  app.add_option("--signature_def", options.signature, "inputs and outputs of this signature");
  app.add_flag("--list_ops", options.list_ops, "the ops of the graph that --tag_set names");
  return run_command(app, with_two_dashes(args), out, err, [&] {
    show(options, out);
    return kDone;
  });
}

int run_scan(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app("Looks in a SavedModel for ops that read or write outside the model", "scan");
  std::string folder;
  std::string tag_set;
  std::string denylist;
  app.add_option("--dir", folder, "the folder of the SavedModel")->required();
  app.add_option("--tag_set", tag_set, "only the graph with these tags");
  app.add_option("--op_denylist", denylist,
                 "ops to look for, separated by commas (default: WriteFile,ReadFile,PrintV2)");
  return run_command(app, with_two_dashes(args), out, err, [&] {
    const ModelGraph graph = saved_model::read_model_graph(folder).value();
    const std::vector<std::string> asked = split(denylist, true);
    std::set<std::string> denied(asked.begin(), asked.end());
    if (denylist.empty()) denied = {"PrintV2", "ReadFile", "WriteFile"};
    const std::vector<std::string> sorted(denied.begin(), denied.end());
    if (!tag_set.empty()) {
      print_scan(out, find_meta(graph, tag_set, true), sorted);
      return kDone;
    }
    for (const auto& meta : graph.model->meta_graphs()) print_scan(out, meta, sorted);
    return kDone;
  });
}

}  // namespace opscope::viewer
