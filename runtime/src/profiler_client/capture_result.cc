#include "capture_result.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "opscope/error.h"
#include "output_file.h"

namespace opscope::profiler {
namespace {

constexpr std::string_view kSuffix = "xplane.pb";

// The serialized XSpace in an answer, in either of the forms that servers give it.
std::string xspace_in(const proto::ProfileResponse& response) {
  for (const proto::ProfileToolData& data : response.tool_data()) {
    if (data.name().ends_with(kSuffix) && !data.data().empty()) return data.data();
  }
  return response.has_xspace() ? response.xspace().SerializeAsString() : std::string();
}

}  // namespace

std::string keep_profile(const proto::ProfileResponse& response, const std::string& address,
                         const std::string& directory) {
  std::string host = address;
  std::ranges::replace(host, ':', '_');
  std::string path = directory + "/" + host + "." + std::string(kSuffix);
  const std::string bytes = xspace_in(response);
  if (!bytes.empty()) {
    detail::OutputFile file(path);
    file.write(bytes);
    file.commit();
    return path;
  }
  std::error_code error;
  if (std::filesystem::exists(path, error)) return path;
  throw Error(
      ErrorCode::not_found,
      response.empty_trace()
          ? "recorded nothing: the program did nothing that it records in this time"
          : "answered without a profile; it may have written one to " + path + " on its own disk");
}

}  // namespace opscope::profiler
