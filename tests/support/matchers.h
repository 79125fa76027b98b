// Matchers for Result and Error.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <utility>

#include "opscope/result.h"

namespace opscope::testing {

// EXPECT_THAT(result, HasValue(Eq(3)));
MATCHER_P(HasValue, value_matcher, "has a value that matches") {
  if (!arg.has_value()) {
    *result_listener << "which is an error: " << arg.error().what();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

// EXPECT_THAT(result, HasError(ErrorCode::data_loss, HasSubstr("offset 12")));
MATCHER_P2(HasError, code, message_matcher, "is an error with that code and message") {
  if (arg.has_value()) {
    *result_listener << "which has a value";
    return false;
  }
  *result_listener << error_code_name(arg.error().code()) << ": ";
  return arg.error().code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(arg.error().what()),
                                       result_listener);
}

// EXPECT_THAT([&] { writer.scalar("", 1, 0); }, ThrowsError(ErrorCode::invalid_argument, "tag"));
// `text` is a part of what().
MATCHER_P2(ThrowsError, code, text, "throws an opscope::Error with that code and text") {
  try {
    arg();
  } catch (const Error& error) {
    *result_listener << "which threw " << error_code_name(error.code()) << ": " << error.what();
    return error.code() == code && std::string(error.what()).find(text) != std::string::npos;
  }
  *result_listener << "which threw nothing";
  return false;
}

}  // namespace opscope::testing
