#include "opscope/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "opscope/result.h"
#include "support/matchers.h"

namespace opscope {
namespace {

using ::testing::Eq;
using testing::HasError;
using ::testing::HasSubstr;
using testing::HasValue;

TEST(Error, SaysOperationPathAndErrno) {
  const Error error = error_from_errno(ENOSPC, "write", "logs/a");
  EXPECT_STREQ(error.what(), "write logs/a: No space left on device (errno 28)");
  EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
}

TEST(Error, GivesErrnosTheCodesOfTensorFlow) {
  EXPECT_EQ(error_from_errno(ENOENT, "open", "x").code(), ErrorCode::not_found);
  EXPECT_EQ(error_from_errno(EACCES, "open", "x").code(), ErrorCode::permission_denied);
  EXPECT_EQ(error_from_errno(EEXIST, "open", "x").code(), ErrorCode::already_exists);
  EXPECT_EQ(error_from_errno(ENOTDIR, "open", "x").code(), ErrorCode::failed_precondition);
  EXPECT_EQ(error_from_errno(EIO, "open", "x").code(), ErrorCode::unknown);
}

TEST(Error, NamesCodesAsTensorFlowDoes) {
  EXPECT_EQ(error_code_name(ErrorCode::invalid_argument), "INVALID_ARGUMENT");
  EXPECT_EQ(error_code_name(ErrorCode::data_loss), "DATA_LOSS");
  EXPECT_EQ(error_code_name(ProfilerNotRunning("x").code()), "UNAVAILABLE");
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good(3);
  const Result<int> bad(Error(ErrorCode::data_loss, "record 4"));
  EXPECT_THAT(good, HasValue(Eq(3)));
  EXPECT_THAT(bad, HasError(ErrorCode::data_loss, Eq("record 4")));
  EXPECT_EQ(good.value_or(9), 3);
  EXPECT_EQ(bad.value_or(9), 9);
}

TEST(Result, ThrowsItsErrorForAMissingValue) {
  const Result<std::string> bad(Error(ErrorCode::not_found, "no run \"a\""));
  EXPECT_THAT([&] { static_cast<void>(bad.value()); },
              testing::ThrowsError(ErrorCode::not_found, "no run \"a\""));
  const Result<void> nothing(Error(ErrorCode::aborted, "stop"));
  EXPECT_THAT([&] { nothing.value(); }, testing::ThrowsError(ErrorCode::aborted, "stop"));
  EXPECT_NO_THROW(Result<void>().value());
}

}  // namespace
}  // namespace opscope
