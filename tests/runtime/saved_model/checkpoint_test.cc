#include "opscope/runtime/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/saved_model/demo_module.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope {
namespace {

using testing::DemoModule;
using testing::ThrowsError;

TEST(Checkpoint, RestoresWhatItSaved) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  Checkpoint checkpoint(demo);
  const std::string first = checkpoint.save(folder / "training/ckpt");
  EXPECT_EQ(first, folder / "training/ckpt-1");
  demo.x().assign(7.f);
  const std::string second = checkpoint.save(folder / "training/ckpt");
  EXPECT_EQ(latest_checkpoint(folder / "training"), second);
  checkpoint.restore(first);
  EXPECT_EQ(demo.x().read().item(), 1);
  const DemoModule other(0.f);
  Checkpoint(other).restore(second);
  EXPECT_EQ(other.x().read().item(), 7);
  EXPECT_EQ(testing::read_file(folder / "training/checkpoint"),
            "model_checkpoint_path: \"ckpt-2\"\nall_model_checkpoint_paths: \"ckpt-1\"\n"
            "all_model_checkpoint_paths: \"ckpt-2\"\n");
}

TEST(Checkpoint, CountsOnAfterRestoring) {
  const testing::TempDir folder;
  const DemoModule demo(1.f);
  const std::string saved = Checkpoint(demo, "model").save(folder / "c");
  Checkpoint again(demo, "model");
  again.restore(saved);
  EXPECT_EQ(again.save(folder / "c"), folder / "c-2");
}

TEST(Checkpoint, SaysWhatIsMissingAndAssignsNothing) {
  const testing::TempDir folder;
  const DemoModule demo(3.f);
  Checkpoint(demo).write(folder / "c");
  const DemoModule vector(constant({1.f, 2.f}));
  EXPECT_THAT([&] { Checkpoint(vector).restore(folder / "c"); },
              ThrowsError(ErrorCode::invalid_argument, "another data type or shape"));
  EXPECT_THAT([&] { Checkpoint(demo, "model").restore(folder / "c"); },
              ThrowsError(ErrorCode::not_found, "has no values for d_module/x:0"));
  EXPECT_THAT([&] { Checkpoint(demo).restore(folder / "none"); },
              ThrowsError(ErrorCode::not_found, "none.index"));
  EXPECT_EQ(latest_checkpoint(folder.path()), std::nullopt);
}

}  // namespace
}  // namespace opscope
