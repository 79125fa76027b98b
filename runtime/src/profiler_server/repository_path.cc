#include "repository_path.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "opscope/error.h"

namespace opscope::profiler::detail {
namespace {

namespace fs = std::filesystem;

void check_plain_name(std::string_view name, const char* what) {
  constexpr std::size_t kMaxBytes = 200;  // with the suffix it fits every file system
  const bool is_plain = !name.empty() && name.size() <= kMaxBytes && name != "." && name != ".." &&
                        std::ranges::none_of(name, [](char c) {
                          return c == '/' || static_cast<unsigned char>(c) < ' ';
                        });
  if (is_plain) return;
  throw Error(ErrorCode::invalid_argument, std::string("the ") + what +
                                               " of the request is no plain name of a file of 1 "
                                               "to 200 bytes");
}

bool is_below(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

}  // namespace

std::optional<std::string> repository_path(const proto::ProfileRequest& request,
                                           const std::string& writable_root) {
  if (writable_root.empty() || request.repository_root().empty()) return std::nullopt;
  std::error_code error;
  const fs::path root = fs::canonical(writable_root, error);
  if (error) return std::nullopt;
  const fs::path wanted = fs::weakly_canonical(request.repository_root(), error);
  if (error || !is_below(wanted, root)) return std::nullopt;
  check_plain_name(request.session_id(), "session_id");
  check_plain_name(request.host_name(), "host_name");
  const fs::path folder = fs::weakly_canonical(wanted / request.session_id(), error);
  if (error || !is_below(folder, root)) return std::nullopt;  // the session is a link to elsewhere
  std::string host = request.host_name();
  std::ranges::replace(host, ':', '_');
  return (folder / (host + ".xplane.pb")).string();
}

}  // namespace opscope::profiler::detail
