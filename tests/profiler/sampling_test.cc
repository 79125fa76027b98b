// Sampling by perf_event: what is sampled is nested in the zones, by the functions' names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "elf_symbols.h"
#include "opscope/profiler/profiler.h"
#include "perf_event.h"
#include "record_reader.h"
#include "recorded_events.h"
#include "sampled_frames.h"
#include "symbols.h"

namespace opscope::profiler {

// With external linkage and never inlined, so that they are in call chains by these names.
std::int64_t cpu_time_ns();
std::uint64_t burn_in_leaf(std::int64_t cpu_ns);
std::uint64_t burn_in_caller(std::int64_t cpu_ns);

[[gnu::noinline]] std::int64_t cpu_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

[[gnu::noinline]] std::uint64_t burn_in_leaf(std::int64_t cpu_ns) {
  volatile std::uint64_t sum = 0;
  const std::int64_t end = cpu_time_ns() + cpu_ns;
  while (cpu_time_ns() < end) {
    for (int i = 0; i < 100'000; ++i) sum = sum + static_cast<std::uint64_t>(i);
  }
  return sum;
}

[[gnu::noinline]] std::uint64_t burn_in_caller(std::int64_t cpu_ns) {
  return burn_in_leaf(cpu_ns) + 1;
}

namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

bool kernel_samples() { return detail::PerfEvent(0, kMs).error() == 0; }

bool encloses(const RecordedEvent& outer, const RecordedEvent& inner) {
  return outer.line_id == inner.line_id && outer.start_ps <= inner.start_ps &&
         inner.end_ps <= outer.end_ps;
}

std::int64_t samples_of(const RecordedEvent& event) {
  return std::get<std::int64_t>(event.stats.at("samples"));
}

std::int64_t total_samples(const std::vector<RecordedEvent>& events) {
  std::int64_t total = 0;
  for (const RecordedEvent& event : events) total += samples_of(event);
  return total;
}

TEST(Sampling, NestsFunctionsInTheZonesOfTheirThread) {
  start({.samples_per_second = 1000});
  {
    OPSCOPE_ZONE("outer");
    burn_in_caller(100 * kMs);
    {
      OPSCOPE_ZONE("inner");
      burn_in_caller(100 * kMs);
    }
  }
  const Capture capture = stop();
  if (!kernel_samples()) {
    ASSERT_THAT(parse_xspace(capture).warnings(), ::testing::Contains(HasSubstr("perf_event")));
    return;
  }
  const auto events = recorded_events(capture);
  const auto outer = events_named(events, "outer").at(0);
  const auto inner = events_named(events, "inner").at(0);
  const auto leaves = events_named(events, "opscope::profiler::burn_in_leaf");
  const auto callers = events_named(events, "opscope::profiler::burn_in_caller");
  ASSERT_FALSE(leaves.empty());
  std::int64_t inside = 0;
  for (const RecordedEvent& leaf : leaves) {
    EXPECT_TRUE(encloses(outer, leaf));
    EXPECT_TRUE(std::ranges::any_of(callers, [&](const auto& c) { return encloses(c, leaf); }));
    EXPECT_TRUE(encloses(inner, leaf) || leaf.end_ps <= inner.start_ps ||
                leaf.start_ps >= inner.end_ps);
    if (encloses(inner, leaf)) inside += samples_of(leaf);
  }
  // Two hundred milliseconds of CPU time by a thousand samples a second, half of them in `inner`;
  // the clock of the scheduler is no finer than its ticks.
  EXPECT_NEAR(static_cast<double>(total_samples(leaves)), 200, 100);
  EXPECT_NEAR(static_cast<double>(inside), 100, 60);
}

TEST(Sampling, FindsThreadsThatStartLaterAndRecordNothing) {
  start({.samples_per_second = 1000});
  std::thread([] { burn_in_caller(200 * kMs); }).join();
  const auto events = recorded_events(stop());
  if (!kernel_samples()) return;
  const auto leaves = events_named(events, "opscope::profiler::burn_in_leaf");
  ASSERT_FALSE(leaves.empty());
  EXPECT_NE(leaves[0].line_id, ::gettid());
  // main() and the C library's way to a thread's function are not shown.
  for (const RecordedEvent& event : events) EXPECT_THAT(event.name, Not(HasSubstr("clone")));
}

TEST(Sampling, FindsShortThreadsByTheirFirstEvent) {
  start({.samples_per_second = 10'000});
  for (int i = 0; i < 40; ++i) {
    std::thread([] {
      { OPSCOPE_ZONE("first"); }
      burn_in_caller(kMs);
    }).join();
  }
  const auto events = recorded_events(stop());
  if (!kernel_samples()) return;
  // All of them, and not one in ten, which looking for new threads every ten milliseconds finds.
  std::set<std::int64_t> threads;
  for (const auto& leaf : events_named(events, "opscope::profiler::burn_in_leaf")) {
    threads.insert(leaf.line_id);
  }
  EXPECT_GT(threads.size(), 20u);
}

TEST(Sampling, CountsWhatFindsNoRoom) {
  start({.buffer_bytes = 64 << 10, .samples_per_second = 10'000});
  burn_in_caller(300 * kMs);
  const Capture capture = stop();
  if (!kernel_samples()) return;
  EXPECT_GT(capture.dropped_count(), 100u);
  EXPECT_THAT(parse_xspace(capture).warnings(), ::testing::Contains(HasSubstr("were dropped")));
}

TEST(Sampling, StopsWithADiscardedSession) {
  start({.samples_per_second = 1000});
  discard();
  start();
  burn_in_caller(20 * kMs);
  EXPECT_EQ(stop().event_count(), 0u);
}

TEST(Sampling, StaysWithTheParentOfAChild) {
  start({.samples_per_second = 1000});
  burn_in_caller(50 * kMs);
  const pid_t child = ::fork();
  if (child == 0) {
    discard();  // nothing to stop, no thread to wait for
    ::_exit(is_recording() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  burn_in_caller(50 * kMs);
  const Capture capture = stop();
  EXPECT_EQ(capture.event_count() > 0, kernel_samples());
}

// A thread's samples at the given nanoseconds after the session's start, all in this function.
detail::ThreadSamples samples_at(const detail::CaptureData& data,
                                 const std::vector<std::int64_t>& times) {
  detail::ThreadSamples samples;
  samples.tid = 7;
  samples.name = "worker";
  for (const std::int64_t time : times) {
    samples.monotonic_ns.push_back(data.start.monotonic_ns + time);
    samples.frames.push_back(reinterpret_cast<std::uint64_t>(&burn_in_leaf) + 8);
    samples.begin.push_back(samples.frames.size());
  }
  return samples;
}

std::unique_ptr<detail::CaptureData> capture_of_one_second() {
  auto data = std::make_unique<detail::CaptureData>();
  data->start = {.ticks = 1'000, .monotonic_ns = 5'000, .unix_ns = 0};
  data->stop = {.ticks = 1'000'001'000, .monotonic_ns = 1'000'005'000, .unix_ns = 0};
  return data;
}

// Start, end and samples of each event, in ticks since the start: a tick is a nanosecond here.
using Spans = std::vector<std::array<std::uint64_t, 3>>;
Spans spans_of(const detail::CaptureData& data) {
  Spans spans;
  for (const auto& words : data.sampled_frames) {
    detail::for_each_record(words, [&](const detail::RecordView& record) {
      const std::uint64_t begin = record.start_ticks() - data.start.ticks;
      spans.push_back({begin, begin + record.duration_ticks(), record.args()[0]});
    });
  }
  return spans;
}

TEST(Sampling, JoinsNeighboursAndLeavesPausesOut) {
  const auto data = capture_of_one_second();
  detail::SampleLog log;
  log.period_ns = 1000;
  log.threads.push_back(samples_at(*data, {10'000, 11'000, 12'100, 50'000}));
  add_sampled_frames(*data, log);
  EXPECT_EQ(spans_of(*data), (Spans{{9'500, 12'600, 3}, {49'500, 50'500, 1}}));
  EXPECT_EQ(data->threads.at(0).name, "worker");
}

TEST(Sampling, EndsAtTheEdgesOfZones) {
  const auto data = capture_of_one_second();
  // A zone from 10,400 to 11,700 ns.
  const std::vector<std::uint64_t> zone = {
      detail::make_header(detail::RecordKind::zone, 1, 2) | std::uint64_t{1'300} << 32, 11'400};
  data->threads.push_back({.tid = 7, .name = "worker", .chunks = {zone}});
  detail::SampleLog log;
  log.period_ns = 1000;
  log.threads.push_back(samples_at(*data, {10'000, 11'000, 12'000}));
  add_sampled_frames(*data, log);
  EXPECT_EQ(spans_of(*data), (Spans{{9'500, 10'399, 1}, {10'500, 11'500, 1}, {11'701, 12'500, 1}}));
}

TEST(Sampling, NamesWhatNoSymbolCovers) {
  detail::Symbols symbols;
  EXPECT_EQ(symbols.function_at(1).name, NameId::none);
  EXPECT_EQ(name_text(symbols.function_at(reinterpret_cast<std::uint64_t>(&burn_in_leaf)).name),
            "opscope::profiler::burn_in_leaf");
}

TEST(Sampling, ShortensNames) {
  const auto shortened = [](const char* text) { return detail::short_function_name(text); };
  EXPECT_EQ(shortened("main"), "main");
  EXPECT_EQ(shortened("a::b(int, c<d>)"), "a::b");
  EXPECT_EQ(shortened("unsigned long a::f<int>(std::function<void (int)>)"), "a::f<int>");
  EXPECT_EQ(shortened("(anonymous namespace)::g(int) const"), "(anonymous namespace)::g");
  EXPECT_EQ(shortened("a::operator()(int) const"), "a::operator()");
  EXPECT_EQ(shortened("std::ostream& operator<< <char>(std::ostream&, char)"), "operator<< <char>");
  EXPECT_EQ(shortened("operator new(unsigned long)"), "operator new");
  EXPECT_EQ(shortened("f(int)::{lambda()#1}::operator()() const"),
            "f(int)::{lambda()#1}::operator()");
}

TEST(Sampling, TakesNoHarmFromFilesThatAreNoElfFiles) {
  EXPECT_FALSE(detail::ElfSymbols("/nowhere").name_at(0).has_value());
  EXPECT_FALSE(detail::ElfSymbols("/proc/self/status").name_at(0).has_value());
}

}  // namespace
}  // namespace opscope::profiler
