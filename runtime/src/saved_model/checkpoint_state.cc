#include "saved_model/checkpoint_state.h"

#include <google/protobuf/text_format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "opscope/error.h"
#include "opscope/proto/checkpoint_state.pb.h"

namespace opscope::runtime {
namespace {

namespace fs = std::filesystem;

std::optional<proto::CheckpointState> read_state(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  proto::CheckpointState state;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  if (!in || !parser.ParseFromString(text.str(), &state)) return std::nullopt;
  return state;
}

}  // namespace

void write_latest(const std::string& prefix) {
  const fs::path file = fs::path(prefix).parent_path() / "checkpoint";
  const std::string name = fs::path(prefix).filename().string();
  proto::CheckpointState state = read_state(file).value_or(proto::CheckpointState());
  state.set_model_checkpoint_path(name);
  auto* all = state.mutable_all_model_checkpoint_paths();
  for (int i = all->size(); i-- > 0;) {
    if (all->Get(i) == name) all->DeleteSubrange(i, 1);
  }
  *all->Add() = name;
  std::string text;
  google::protobuf::TextFormat::PrintToString(state, &text);
  const std::string part = file.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  if (!out || std::rename(part.c_str(), file.c_str()) != 0) {
    throw error_from_errno(errno, "write", file.string());
  }
}

std::optional<std::string> read_latest(const std::string& folder) {
  const auto state = read_state(fs::path(folder) / "checkpoint");
  if (!state || state->model_checkpoint_path().empty()) return std::nullopt;
  // An absolute path replaces the folder.
  const std::string prefix = (fs::path(folder) / state->model_checkpoint_path()).string();
  return fs::exists(prefix + ".index") ? std::optional(prefix) : std::nullopt;
}

}  // namespace opscope::runtime
