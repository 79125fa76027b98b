// Helpers for tests of staged programs: run eagerly and traced, compare values and printed text.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/format.h"
#include "opscope/runtime.h"

namespace opscope {

using Tensors = std::vector<Tensor>;
using Program = std::function<Tensors(Tensors)>;

// Collects what print() writes while it lives.
class PrintCapture {
 public:
  PrintCapture() {
    text() = "";
    runtime::set_print_sink([](std::string_view, std::string_view line) { text().append(line); });
  }
  ~PrintCapture() { runtime::set_print_sink(nullptr); }
  PrintCapture(const PrintCapture&) = delete;
  PrintCapture& operator=(const PrintCapture&) = delete;
  [[nodiscard]] std::string take() { return std::exchange(text(), ""); }

 private:
  static std::string& text() {
    static std::string collected;
    return collected;
  }
};

inline std::vector<std::string> reprs(const Tensors& tensors) {
  std::vector<std::string> texts;
  for (const Tensor& tensor : tensors) texts.push_back(repr(tensor));
  return texts;
}

// Runs the program eagerly and as a traced function; both must give the same values and prints.
inline Tensors run_both(const Program& program, const Tensors& inputs) {
  PrintCapture printed;
  Tensors eager = program(inputs);
  const std::string eager_text = printed.take();
  const auto traced = function([&](Tensors arguments) { return program(std::move(arguments)); });
  for (int i = 0; i < 2; ++i) {
    const Tensors values = traced(inputs);
    EXPECT_EQ(reprs(values), reprs(eager));
    EXPECT_EQ(printed.take(), eager_text);
  }
  EXPECT_EQ(traced.trace_count(), 1);
  return eager;
}

// The message of the Error that tracing (or running) the program throws; empty if none.
inline std::string traced_error(const Program& program, const Tensors& inputs) {
  const auto traced = function([&](Tensors arguments) { return program(std::move(arguments)); });
  try {
    (void)traced(inputs);
  } catch (const std::exception& error) {
    EXPECT_FALSE(runtime::is_tracing()) << "the trace is still on";
    return error.what();
  }
  return "";
}

// "staging_test.cc:12"
inline std::string at_line(const char* file, int line) {
  const std::string_view path = file;
  return std::string(path.substr(path.rfind('/') + 1)) + ":" + std::to_string(line);
}
#define HERE at_line(__FILE__, __LINE__)

}  // namespace opscope
