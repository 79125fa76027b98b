#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "opscope/profiler/profiler.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using nlohmann::json;

Capture sample_capture() {
  const FlowId flow = new_flow();
  start();
  set_thread_name("main \"thread\"");
  {
    const Step step(3);
    OPSCOPE_ZONE("zone", "i", -1, "real", 0.5, "text", "a\nb\xFF");
    const FlowSource source(flow);
  }
  std::thread([flow] { const FlowTarget target(flow); }).join();
  counter(intern("queue"), 2.5);
  message("hello");
  record_allocation({.allocator = intern("cpu"), .allocation_bytes = 8});
  return stop();
}

std::vector<json> events_of(const json& trace, const std::string& phase) {
  std::vector<json> found;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == phase) found.push_back(event);
  }
  return found;
}

json event_named(const json& trace, const std::string& name) {
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("name") == name) return event;
  }
  ADD_FAILURE() << "no event is named " << name;
  return json::object();
}

TEST(ChromeTrace, SaysWhatWasRecorded) {
  const testing::TempDir folder;
  sample_capture().write_chrome_trace(folder / "trace.json", false);
  const json trace = json::parse(testing::read_file(folder / "trace.json"));

  EXPECT_EQ(event_named(trace, "thread_name").at("args").at("name"), "main \"thread\"");
  EXPECT_EQ(event_named(trace, "train").at("args"), json({{"step_num", 3}, {"_r", 1}}));
  const json zone = event_named(trace, "zone");
  EXPECT_EQ(zone.at("ph"), "X");
  EXPECT_EQ(zone.at("args"), json({{"i", -1}, {"real", 0.5}, {"text", "a\nb\xEF\xBF\xBD"}}));
  const json step = event_named(trace, "train");
  EXPECT_LE(step.at("ts").get<double>(), zone.at("ts").get<double>());
  EXPECT_GE(step.at("dur").get<double>(), zone.at("dur").get<double>());
  EXPECT_EQ(events_of(trace, "C").at(0).at("args"), json({{"counter_value", 2.5}}));
  EXPECT_EQ(event_named(trace, "hello").at("ph"), "i");
  EXPECT_EQ(event_named(trace, "MemoryAllocation").at("args").at("allocation_bytes"), 8);
}

TEST(ChromeTrace, FlowsStartAndEndOnTheirThreads) {
  const testing::TempDir folder;
  sample_capture().write_chrome_trace(folder / "trace.json", false);
  const json trace = json::parse(testing::read_file(folder / "trace.json"));
  const json begin = events_of(trace, "s").at(0);
  const json end = events_of(trace, "f").at(0);
  EXPECT_EQ(begin.at("id"), end.at("id"));
  EXPECT_EQ(begin.at("tid"), event_named(trace, "FunctionRun").at("tid"));
  EXPECT_EQ(end.at("tid"), event_named(trace, "ExecutorState::Process").at("tid"));
}

TEST(ChromeTrace, CompressedIsTheSameText) {
  const testing::TempDir folder;
  const Capture capture = sample_capture();
  capture.write_chrome_trace(folder / "trace.json", false);
  capture.write_chrome_trace(folder / "trace.json.gz", true);
  const std::string plain = testing::read_file(folder / "trace.json");
  const gzFile file = ::gzopen((folder / "trace.json.gz").c_str(), "rb");
  ASSERT_NE(file, nullptr);
  std::string unpacked(plain.size() + 1, '\0');
  const int size = ::gzread(file, unpacked.data(), static_cast<unsigned>(unpacked.size()));
  EXPECT_EQ(::gzdirect(file), 0) << "not compressed";
  ::gzclose(file);
  unpacked.resize(static_cast<std::size_t>(size));
  EXPECT_EQ(unpacked, plain);
}

TEST(ChromeTrace, AnEmptyCaptureIsValidJson) {
  const testing::TempDir folder;
  start();
  stop().write_chrome_trace(folder / "trace.json", false);
  const json trace = json::parse(testing::read_file(folder / "trace.json"));
  EXPECT_EQ(trace.at("traceEvents").size(), 1u);
}

TEST(ChromeTrace, ThreadsAreOrderedByStart) {
  const testing::TempDir folder;
  start();
  for (int i = 0; i < 3; ++i) {
    OPSCOPE_ZONE("outer");
    OPSCOPE_ZONE("inner");
    counter(intern("queue"), i);
    message("between");
  }
  stop().write_chrome_trace(folder / "trace.json", false);
  const json trace = json::parse(testing::read_file(folder / "trace.json"));
  double last = -1;
  int seen = 0;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == "M") {  // a new line begins
      last = -1;
      continue;
    }
    EXPECT_LE(last, event.at("ts").get<double>());
    last = event.at("ts").get<double>();
    ++seen;
  }
  EXPECT_EQ(seen, 12);
}

}  // namespace
}  // namespace opscope::profiler
