#include "model/graph_roles.h"

#include <algorithm>
#include <array>

namespace opscope::viewer {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view op, const std::array<std::string_view, N>& ops) {
  return std::find(ops.begin(), ops.end(), op) != ops.end();
}

constexpr std::array<std::string_view, 5> kConstants{"Const", "HostConst", "_HostConst",
                                                     "prim::Constant", "onnx::Constant"};
constexpr std::array<std::string_view, 6> kVariables{
    "VarHandleOp", "VariableV2", "Variable", "_VarHandlesOp", "AutoReloadVariable", "Parameter"};
constexpr std::array<std::string_view, 2> kReads{"ReadVariableOp", "_ReadVariablesOp"};
constexpr std::array<std::string_view, 6> kInputs{"_Arg",          "_DeviceArg", "Placeholder",
                                                  "PlaceholderV2", "input_arg",  "InputLayer"};
constexpr std::array<std::string_view, 3> kOutputs{"_Retval", "_DeviceRetval", "output_arg"};

}  // namespace

bool is_note_role(NodeRole role) noexcept {
  return role != NodeRole::plain && role != NodeRole::input && role != NodeRole::output;
}

NodeRole role_of(std::string_view op, std::string_view name, std::uint8_t dtype) {
  if (is_one_of(op, kConstants)) return NodeRole::constant;
  if (is_one_of(op, kVariables)) return NodeRole::variable;
  if (is_one_of(op, kReads)) return NodeRole::variable_read;
  if (op == "Identity" && name.ends_with("/read")) return NodeRole::variable_read;
  if (op == "NoOp") return NodeRole::control;
  if (op.ends_with("Summary")) return NodeRole::summary;
  if (is_one_of(op, kOutputs)) return NodeRole::output;
  if (!is_one_of(op, kInputs)) return NodeRole::plain;
  return dtype == kResourceDtype ? NodeRole::variable : NodeRole::input;
}

bool is_gradient_name(std::string_view name) {
  for (std::size_t at = 0; at < name.size();) {
    std::string_view part = name.substr(at);
    if (part.starts_with("gradient") || part.starts_with("Gradient")) return true;
    const std::size_t slash = part.find('/');
    if (slash == std::string_view::npos) return false;
    at += slash + 1;
  }
  return false;
}

}  // namespace opscope::viewer
