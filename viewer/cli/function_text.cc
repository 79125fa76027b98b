#include "cli/function_text.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "cli/python_text.h"
#include "cli/restored_names.h"

namespace opscope::viewer {
namespace {

using Value = proto::StructuredValue;

constexpr const char* kArgumentIndent = "        ";  // four steps

// The elements of what Python can iterate over, a dict excepted.
std::vector<Value> elements_of(const Value& value) {
  if (value.has_list_value()) {
    return {value.list_value().values().begin(), value.list_value().values().end()};
  }
  if (value.has_tuple_value()) {
    return {value.tuple_value().values().begin(), value.tuple_value().values().end()};
  }
  std::vector<Value> elements;
  for (const auto& pair : value.named_tuple_value().values()) elements.push_back(pair.value());
  for (const auto& dim : value.tensor_shape_value().dim()) {
    elements.emplace_back();
    if (dim.size() >= 0) elements.back().set_int64_value(dim.size());
  }
  return elements;
}

bool is_sequence(const Value& value) {
  return value.has_list_value() || value.has_tuple_value() || value.has_named_tuple_value() ||
         value.has_tensor_shape_value();
}

std::string quoted(const Value& value) {
  const std::string text = python_str(value);
  return value.kind_case() == Value::kStringValue ? "'" + text + "'" : text;
}

void print_spec(std::ostream& out, const Value& value, const std::string& name) {
  out << kArgumentIndent << "  " << (name.empty() ? "None" : name) << ": " << python_repr(value)
      << '\n';
}

// The original ends a sequence with two backspaces, which on a terminal take back ", ".
void print_value(std::ostream& out, const Value& value) {
  if (value.kind_case() == Value::kStringValue) {
    out << kArgumentIndent << "  " << value.string_value() << '\n';
    return;
  }
  if (value.has_tensor_spec_value()) {
    return print_spec(out, value, value.tensor_spec_value().name());
  }
  if (value.has_bounded_tensor_spec_value()) {
    return print_spec(out, value, value.bounded_tensor_spec_value().name());
  }
  out << kArgumentIndent << "  DType: " << python_type_name(value) << '\n';
  out << kArgumentIndent << "  Value: ";
  if (is_sequence(value)) {
    out << "[";
    for (const Value& element : elements_of(value)) out << quoted(element) << ", ";
    out << "\b\b]\n";
  } else if (value.has_dict_value()) {
    out << "{";
    for (const std::string& key : sorted_keys(value.dict_value())) {
      out << "'" << key << "': " << quoted(value.dict_value().fields().at(key)) << ", ";
    }
    out << "\b\b}\n";
  } else {
    out << python_str(value) << '\n';
  }
}

void print_trace(std::ostream& out, const proto::SavedConcreteFunction& function, int index) {
  // A tuple of what is given by position and a dict of what is given by name.
  const auto& signature = function.canonicalized_input_signature().tuple_value();
  int number = 0;
  if (signature.values_size() > 0 && signature.values(0).tuple_value().values_size() > 0) {
    out << "    Option #" << index << '\n' << "      Callable with:\n";
    for (const Value& value : signature.values(0).tuple_value().values()) {
      out << kArgumentIndent << "Argument #" << ++number << '\n';
      print_value(out, value);
    }
  }
  if (signature.values_size() < 2) return;
  number = 0;
  for (const std::string& key : sorted_keys(signature.values(1).dict_value())) {
    out << kArgumentIndent << "Named Argument #" << ++number << '\n';
    out << kArgumentIndent << "  " << key << '\n';
  }
}

// TensorFlow refuses to load a model where one of these is missing.
bool can_load(const proto::SavedModel& model) {
  if (model.meta_graphs_size() != 1) return false;
  const auto& objects = model.meta_graphs(0).object_graph_def();
  for (const auto& [name, function] : objects.concrete_functions()) {
    if (function.canonicalized_input_signature().kind_case() == Value::KIND_NOT_SET ||
        function.output_signature().kind_case() == Value::KIND_NOT_SET) {
      return false;
    }
  }
  for (const auto& node : objects.nodes()) {
    const auto kind = node.function().function_spec().fullargspec().kind_case();
    if (node.has_function() && kind == Value::KIND_NOT_SET) return false;
    for (const auto& child : node.children()) {
      if (child.node_id() < 0 || child.node_id() >= objects.nodes_size()) return false;
    }
  }
  return true;
}

std::vector<std::string> traces_of(const proto::SavedObject& object) {
  if (object.has_function()) {
    return {object.function().concrete_functions().begin(),
            object.function().concrete_functions().end()};
  }
  return {object.bare_concrete_function().concrete_function_name()};
}

void print_function(std::ostream& out, const proto::SavedObjectGraph& objects,
                    const std::string& name, std::vector<std::string> traces,
                    const std::map<std::string, std::string>& names) {
  const auto restored = [&](const std::string& trace) {
    const auto found = names.find(trace);
    return found == names.end() ? trace : found->second;
  };
  std::stable_sort(traces.begin(), traces.end(),
                   [&](const auto& a, const auto& b) { return restored(a) < restored(b); });
  out << "\n  Function Name: '" << name << "'\n";
  int index = 0;
  for (const std::string& trace : traces) {
    const auto function = objects.concrete_functions().find(trace);
    ++index;
    if (function != objects.concrete_functions().end()) print_trace(out, function->second, index);
  }
}

}  // namespace

void print_functions(std::ostream& out, const proto::SavedModel& model) {
  const bool has_objects =
      std::any_of(model.meta_graphs().begin(), model.meta_graphs().end(),
                  [](const auto& meta) { return meta.has_object_graph_def(); });
  if (!has_objects) return;
  out << "\nConcrete Functions:";
  if (!can_load(model)) {
    out << " N/A (could not be listed due to unknown reasons)\n";
    return;
  }
  const proto::MetaGraphDef& meta = model.meta_graphs(0);
  const proto::SavedObjectGraph& objects = meta.object_graph_def();
  std::map<std::string, const proto::SavedObject*> functions;
  if (objects.nodes_size() > 0) {
    for (const auto& child : objects.nodes(0).children()) {
      const proto::SavedObject& object = objects.nodes(child.node_id());
      if (object.has_function() || object.has_bare_concrete_function()) {
        functions.emplace(child.local_name(), &object);
      }
    }
  }
  const std::map<std::string, std::string> names = restored_names(meta);
  for (const auto& [name, object] : functions) {
    print_function(out, objects, name, traces_of(*object), names);
  }
}

}  // namespace opscope::viewer
