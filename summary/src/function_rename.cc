#include "function_rename.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <set>
#include <string_view>

namespace opscope::summary {
namespace {

using AttrMap = google::protobuf::Map<std::string, proto::AttrValue>;
using FunctionsByName = std::map<std::string, const proto::FunctionDef*, std::less<>>;

void rename(const FunctionRenames& renames, std::string& name) {
  const auto found = renames.find(name);
  if (found != renames.end()) name = found->second;
}

void rename_attrs(const FunctionRenames& renames, AttrMap& attrs);

void rename_call(const FunctionRenames& renames, proto::NameAttrList& call) {
  rename(renames, *call.mutable_name());
  rename_attrs(renames, *call.mutable_attr());
}

// TensorFlow names the partner of a differentiated function by a text attribute of such a key.
bool names_a_function(std::string_view key) {
  return key == "forward_function_name" || key == "backward_function_name";
}

void rename_attrs(const FunctionRenames& renames, AttrMap& attrs) {
  for (auto& [key, value] : attrs) {
    if (value.has_func()) rename_call(renames, *value.mutable_func());
    if (value.has_list()) {
      for (proto::NameAttrList& call : *value.mutable_list()->mutable_func()) {
        rename_call(renames, call);
      }
    }
    if (names_a_function(key) && value.value_case() == proto::AttrValue::kS) {
      rename(renames, *value.mutable_s());
    }
  }
}

// Equal functions give equal bytes: maps come sorted.
std::string canonical_bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

FunctionsByName functions_by_name(const proto::FunctionDefLibrary& library) {
  FunctionsByName functions;
  for (const proto::FunctionDef& function : library.function()) {
    functions.emplace(function.signature().name(), &function);
  }
  return functions;
}

bool is_equal_after(const FunctionRenames& renames, const proto::FunctionDef& function,
                    const proto::FunctionDef& other) {
  proto::FunctionDef renamed = function;
  rename_functions(renames, renamed);
  return canonical_bytes(renamed) == canonical_bytes(other);
}

std::string unused_name(const std::string& name, std::set<std::string, std::less<>>& used) {
  for (int i = 1;; ++i) {
    const std::string candidate = name + "_" + std::to_string(i);
    if (used.insert(candidate).second) return candidate;
  }
}

}  // namespace

void rename_functions(const FunctionRenames& renames, proto::NodeDef& node) {
  rename(renames, *node.mutable_op());
  rename_attrs(renames, *node.mutable_attr());
}

void rename_functions(const FunctionRenames& renames, proto::FunctionDef& function) {
  rename(renames, *function.mutable_signature()->mutable_name());
  rename_attrs(renames, *function.mutable_attr());
  for (proto::NodeDef& node : *function.mutable_node_def()) rename_functions(renames, node);
}

FunctionRenames find_renames(const proto::FunctionDefLibrary& library,
                             const proto::FunctionDefLibrary& merged) {
  const FunctionsByName present = functions_by_name(merged);
  std::set<std::string, std::less<>> used;
  for (const auto& [name, function] : present) used.insert(name);
  for (const proto::FunctionDef& function : library.function()) {
    used.insert(function.signature().name());
  }

  FunctionRenames renames;
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (const proto::FunctionDef& function : library.function()) {
      const std::string& name = function.signature().name();
      const auto same_name = present.find(name);
      if (same_name == present.end() || renames.contains(name)) continue;
      if (is_equal_after(renames, function, *same_name->second)) continue;
      renames.emplace(name, unused_name(name, used));
      has_changed = true;
    }
  }
  return renames;
}

void add_library(const proto::FunctionDefLibrary& library, const FunctionRenames& renames,
                 proto::FunctionDefLibrary& merged) {
  std::set<std::string, std::less<>> present;
  for (const proto::FunctionDef& function : merged.function()) {
    present.insert(function.signature().name());
  }
  for (const proto::FunctionDef& function : library.function()) {
    proto::FunctionDef added = function;
    rename_functions(renames, added);
    if (present.insert(added.signature().name()).second) *merged.add_function() = std::move(added);
  }
  std::set<std::string, std::less<>> with_gradient;
  for (const proto::GradientDef& gradient : merged.gradient()) {
    with_gradient.insert(gradient.function_name());
  }
  for (proto::GradientDef gradient : library.gradient()) {
    rename(renames, *gradient.mutable_function_name());
    rename(renames, *gradient.mutable_gradient_func());
    if (with_gradient.insert(gradient.function_name()).second) *merged.add_gradient() = gradient;
  }
  for (proto::RegisteredGradient gradient : library.registered_gradients()) {
    rename(renames, *gradient.mutable_gradient_func());
    *merged.add_registered_gradients() = gradient;
  }
}

}  // namespace opscope::summary
