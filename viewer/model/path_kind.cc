#include "model/path_kind.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "model/chrome_trace_reader.h"
#include "model/file_bytes.h"
#include "model/wire.h"
#include "model/xplane_reader.h"
#include "opscope/summary/crc32c.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kHeadBytes = std::size_t{64} << 10;

// The first record header's length matches its checksum.
bool looks_like_records(std::string_view head) {
  if (head.size() < 12) return false;
  std::uint32_t stored = 0;
  std::memcpy(&stored, head.data() + 8, sizeof stored);
  return summary::masked_crc32c(head.substr(0, 8)) == static_cast<summary::MaskedCrc>(stored);
}

// A GraphDef begins with its nodes, and a node with its name and op.
bool looks_like_graph(std::string_view head) {
  WireReader graph(head);
  if (!graph.next()) return false;
  if (graph.is(2, WireType::length) || graph.is(4, WireType::length)) {
    return !graph.is_damaged() && graph.next() && graph.field() <= 4;
  }
  if (!graph.is(1, WireType::length)) return false;
  WireReader node(graph.bytes());
  bool has_name = false;
  while (node.next()) {
    if (node.field() > 8 || node.type() != WireType::length) return false;
    if (node.is(1, WireType::length)) has_name = true;
    if (node.is(2, WireType::length)) return has_name && !node.bytes().empty();
  }
  return false;
}

// A SavedModel begins with its schema version, then a MetaGraphDef that begins with its
// MetaInfoDef.
bool looks_like_saved_model(std::string_view head) {
  WireReader model(head);
  if (!model.next() || !model.is(1, WireType::varint) || model.value() != 1) return false;
  return model.next() && model.is(2, WireType::length);
}

// A text-format GraphDef: after comments comes one of its fields, opening a message.
bool looks_like_graph_text(std::string_view head) {
  std::size_t at = 0;
  while (at < head.size()) {
    if (std::isspace(static_cast<unsigned char>(head[at])) != 0) {
      ++at;
    } else if (head[at] == '#') {
      at = std::min(head.find('\n', at), head.size());
    } else {
      break;
    }
  }
  for (const std::string_view field : {"node", "library", "versions"}) {
    if (!head.substr(at).starts_with(field)) continue;
    std::size_t behind = at + field.size();
    while (behind < head.size() && (head[behind] == ' ' || head[behind] == ':')) ++behind;
    return behind < head.size() && head[behind] == '{';
  }
  return false;
}

}  // namespace

bool is_event_file_name(std::string_view name) noexcept {
  return name.find("tfevents") != std::string_view::npos;
}

Result<FileKind> file_kind(const std::string& path) {
  Result<std::string> head = read_file_head(path, kHeadBytes);
  if (!head) return head.error();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (looks_like_records(*head)) return FileKind::event_file;
  const std::string unpacked = gunzip_head(*head, kHeadBytes);
  const std::string_view content = unpacked.empty() ? std::string_view(*head) : unpacked;
  if (looks_like_chrome_trace(content)) return FileKind::chrome_trace;
  if (looks_like_saved_model(content)) return FileKind::saved_model;
  if (looks_like_graph_text(content)) return FileKind::graph_text;
  if (looks_like_graph(content)) return FileKind::graph_binary;
  if (looks_like_xspace(content, error ? 0 : size)) return FileKind::xplane;
  // Damaged or still empty: the name is all there is.
  const std::string name = std::filesystem::path(path).filename().string();
  return is_event_file_name(name) ? FileKind::event_file : FileKind::unknown;
}

}  // namespace opscope::viewer
