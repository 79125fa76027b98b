#include "repository_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::profiler::detail {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::ThrowsError;

proto::ProfileRequest request_for(const std::string& root, const std::string& session = "s",
                                  const std::string& host = "h:1") {
  proto::ProfileRequest request;
  request.set_repository_root(root);
  request.set_session_id(session);
  request.set_host_name(host);
  return request;
}

TEST(RepositoryPath, IsBelowTheWritableRoot) {
  const TempDir dir;
  const std::string root = fs::canonical(dir.path()).string();
  EXPECT_EQ(repository_path(request_for(root), root), root + "/s/h_1.xplane.pb");
  EXPECT_EQ(repository_path(request_for(root + "/logs/plugins/profile"), root),
            root + "/logs/plugins/profile/s/h_1.xplane.pb");
}

TEST(RepositoryPath, IsNothingElsewhere) {
  const TempDir dir;
  const TempDir other;
  fs::create_directory_symlink(other.path(), dir / "link");
  EXPECT_EQ(repository_path(request_for(dir.path()), ""), std::nullopt);
  EXPECT_EQ(repository_path(request_for(""), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(other.path()), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(dir.path() + "2"), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(dir / "../elsewhere"), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(dir / "link"), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(dir.path(), "link"), dir.path()), std::nullopt);
  EXPECT_EQ(repository_path(request_for(dir.path()), dir / "missing"), std::nullopt);
}

TEST(RepositoryPath, TakesPlainNamesOnly) {
  const TempDir dir;
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("../x"), std::string("a/b"),
        std::string("a\nb"), std::string(300, 'x'), std::string("a\0b", 3)}) {
    EXPECT_THAT([&] { (void)repository_path(request_for(dir.path(), name), dir.path()); },
                ThrowsError(ErrorCode::invalid_argument, "session_id"));
    EXPECT_THAT([&] { (void)repository_path(request_for(dir.path(), "s", name), dir.path()); },
                ThrowsError(ErrorCode::invalid_argument, "host_name"));
  }
}

}  // namespace
}  // namespace opscope::profiler::detail
