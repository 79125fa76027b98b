#include "cli/inspect_text.h"

#include <ostream>

#include "model/units.h"

namespace opscope::viewer {
namespace {

std::string count_of(std::uint64_t count, const std::string& noun) {
  return format_count(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return format_value(value.get<double>(), 6);
}

std::string step_range(const Json& tag) {
  const auto first = tag["first_step"].get<std::int64_t>();
  const auto last = tag["last_step"].get<std::int64_t>();
  return first == last ? std::to_string(first)
                       : std::to_string(first) + " to " + std::to_string(last);
}

void print_graphs(std::ostream& out, const Json& graphs) {
  for (const Json& graph : graphs) {
    const std::string tag = graph["tag"].get<std::string>();
    out << "  graph " << (tag.empty() ? "" : tag + " ") << "(" << graph["kind"].get<std::string>()
        << "): " << count_of(graph["nodes"].get<std::uint64_t>(), "node");
    const std::size_t functions = graph["functions"].size();
    if (functions > 0) out << ", " << count_of(functions, "function");
    out << '\n';
  }
}

void print_run(std::ostream& out, const Json& run) {
  out << "run " << run["run"].get<std::string>() << ": "
      << count_of(run["event_files"].get<std::uint64_t>(), "event file") << ", "
      << count_of(run["records"].get<std::uint64_t>(), "record");
  const auto damaged = run["damaged_records"].get<std::uint64_t>();
  if (damaged > 0) out << ", " << format_count(damaged) << " damaged (see opscope check)";
  const Json& time = run["first_wall_time"];
  if (time.is_number()) out << ", since " << format_wall_time(time.get<double>());
  out << '\n';
  if (!run["tags"].empty()) {
    TextTable table(
        {{"tag"}, {"plugin"}, {"type"}, {"records", true}, {"steps", true}, {"last value", true}});
    for (const Json& tag : run["tags"]) {
      table.add({tag["tag"].get<std::string>(), tag["plugin"].get<std::string>(),
                 tag["dtype"].get<std::string>(), format_count(tag["records"].get<std::uint64_t>()),
                 step_range(tag), value_text(tag["last_value"])});
    }
    table.print(out, "  ");
  }
  print_graphs(out, run["graphs"]);
}

void print_profile(std::ostream& out, const Json& session) {
  out << "profile " << session["session"].get<std::string>() << " of run "
      << session["run"].get<std::string>() << '\n';
  TextTable table({{"host"}, {"plane"}, {"line"}, {"events", true}, {"time", true}});
  for (const Json& host : session["hosts"]) {
    for (const Json& plane : host["planes"]) {
      for (const Json& line : plane["lines"]) {
        table.add({host["host"].get<std::string>(), plane["name"].get<std::string>(),
                   line["name"].get<std::string>(),
                   format_count(line["events"].get<std::uint64_t>()),
                   format_duration_ps(line["duration_ps"].get<std::int64_t>())});
      }
    }
  }
  table.print(out, "  ");
}

std::string shape_text(const Json& shape) {
  if (shape.is_null()) return "of unknown rank";
  std::string text = "[";
  for (const Json& size : shape) {
    const auto number = size.get<std::int64_t>();
    if (text.size() > 1) text += ", ";
    text += number < 0 ? "?" : std::to_string(number);
  }
  return text + "]";
}

void print_tensors(std::ostream& out, const char* role, const Json& tensors) {
  for (const Json& tensor : tensors) {
    out << "    " << role << " " << tensor["name"].get<std::string>() << ": "
        << tensor["dtype"].get<std::string>() << " " << shape_text(tensor["shape"]) << '\n';
  }
}

void print_saved_model(std::ostream& out, const Json& model) {
  out << "SavedModel " << model["path"].get<std::string>() << " with tags";
  for (const Json& tag : model["tags"]) out << " " << tag.get<std::string>();
  out << '\n';
  for (const Json& signature : model["signatures"]) {
    out << "  signature " << signature["name"].get<std::string>() << '\n';
    print_tensors(out, "in ", signature["inputs"]);
    print_tensors(out, "out", signature["outputs"]);
  }
  for (const Json& variable : model["variables"]) {
    out << "  variable " << variable["name"].get<std::string>() << ": "
        << variable["dtype"].get<std::string>() << " " << shape_text(variable["shape"]) << '\n';
  }
}

}  // namespace

void print_inspection(std::ostream& out, const Json& document) {
  out << document["path"].get<std::string>() << '\n';
  for (const Json& run : document["runs"]) print_run(out, run);
  for (const Json& session : document["profiles"]) print_profile(out, session);
  for (const Json& model : document["saved_models"]) print_saved_model(out, model);
}

}  // namespace opscope::viewer
