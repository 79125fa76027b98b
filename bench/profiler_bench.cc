// What recording costs, beside the cheapest thing that could do it, measured in the same run.
//
// The floors store to a buffer of the size of a chunk, over and over. The recorder fills as many
// chunks as it needs, a million events in each run, and pays for taking them. BM_ZoneTenMillion
// fills more memory than start() makes resident and so pays for the pages too.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "opscope/profiler/profiler.h"

namespace {

namespace profiler = opscope::profiler;

constexpr int kIterations = 1'000'000;
constexpr std::size_t kFloorRecords = 2048;  // 64 KiB, a chunk

struct FloorRecord {
  std::uint64_t start, end, name, argument;
};

thread_local std::vector<FloorRecord> floor_records(kFloorRecords);
std::atomic<bool> floor_flag{false};

void BM_FloorLoadAndBranch(benchmark::State& state) {
  for (auto _ : state) {
    if (floor_flag.load(std::memory_order_relaxed)) state.SkipWithError("flag");
    benchmark::ClobberMemory();
  }
}

void BM_FloorTwoClocksAnd32Bytes(benchmark::State& state) {
  FloorRecord* const records = floor_records.data();
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint64_t start = profiler::now_ticks();
    benchmark::ClobberMemory();
    const std::uint64_t end = profiler::now_ticks();
    records[i++ % kFloorRecords] = {start, end, i, 7};
    benchmark::ClobberMemory();
  }
}

void BM_FloorOneClockAnd32Bytes(benchmark::State& state) {
  FloorRecord* const records = floor_records.data();
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint64_t start = profiler::now_ticks();
    records[i++ % kFloorRecords] = {start, 1, i, 7};
    benchmark::ClobberMemory();
  }
}

void BM_ZoneNotRecording(benchmark::State& state) {
  for (auto _ : state) {
    OPSCOPE_ZONE("bench");
    benchmark::ClobberMemory();
  }
}

void BM_ZoneWithArgumentNotRecording(benchmark::State& state) {
  std::int64_t i = 0;
  for (auto _ : state) {
    OPSCOPE_ZONE("bench", "i", ++i);
    benchmark::ClobberMemory();
  }
}

template <typename Body>
void record(benchmark::State& state, Body&& body) {
  if (state.thread_index() == 0) profiler::start();
  for (auto _ : state) body();
  if (state.thread_index() == 0) profiler::discard();
}

void BM_Zone(benchmark::State& state) {
  record(state, [] {
    OPSCOPE_ZONE("bench");
    benchmark::ClobberMemory();
  });
}

void BM_ZoneOfLiteral(benchmark::State& state) {
  record(state, [] {
    const profiler::Zone zone("bench");
    benchmark::ClobberMemory();
  });
}

void BM_ZoneWithIntegerArgument(benchmark::State& state) {
  std::int64_t i = 0;
  record(state, [&i] {
    OPSCOPE_ZONE("bench", "i", ++i);
    benchmark::ClobberMemory();
  });
}

void BM_Counter(benchmark::State& state) {
  const profiler::NameId name = profiler::intern("bench_counter");
  double value = 0;
  record(state, [&] {
    profiler::counter(name, value += 1);
    benchmark::ClobberMemory();
  });
}

void BM_RecordOp(benchmark::State& state) {
  const profiler::NameId name = profiler::intern("dense/MatMul:MatMul");
  record(state, [&] {
    const std::uint64_t start = profiler::now_ticks();
    benchmark::ClobberMemory();
    profiler::record_op(name, start, profiler::now_ticks());
  });
}

void BM_ZoneInRing(benchmark::State& state) {
  profiler::start({.buffer_bytes = 1 << 20, .policy = profiler::Policy::ring});
  for (auto _ : state) {
    OPSCOPE_ZONE("bench");
    benchmark::ClobberMemory();
  }
  profiler::discard();
}

void BM_ZoneBufferFull(benchmark::State& state) {
  profiler::start({.buffer_bytes = 1 << 16});
  for (auto _ : state) {
    OPSCOPE_ZONE("bench");
    benchmark::ClobberMemory();
  }
  profiler::discard();
}

profiler::Capture capture_of(std::int64_t events) {
  profiler::start({.buffer_bytes = std::uint64_t{1} << 30});
  for (std::int64_t i = 0; i < events / 10; ++i) {
    OPSCOPE_ZONE("outer", "i", i);
    for (int inner = 0; inner < 9; ++inner) {
      OPSCOPE_ZONE("inner");
      benchmark::ClobberMemory();
    }
  }
  return profiler::stop();
}

void BM_Export(benchmark::State& state) {
  const profiler::Capture capture = capture_of(state.range(0));
  const auto events = static_cast<double>(capture.event_count());
  std::string folder = std::filesystem::temp_directory_path() / "profiler_bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    state.SkipWithError("cannot make a folder");
    return;
  }
  const std::string path = folder + "/bench.xplane.pb";
  for (auto _ : state) capture.write_xspace(path);
  state.counters["events_per_s"] =
      benchmark::Counter(events, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["disk_bytes_per_event"] =
      static_cast<double>(std::filesystem::file_size(path)) / events;
  state.counters["memory_bytes_per_event"] = static_cast<double>(capture.size_bytes()) / events;
  state.counters["dropped"] = static_cast<double>(capture.dropped_count());
  std::filesystem::remove_all(folder);
}

BENCHMARK(BM_FloorLoadAndBranch);
BENCHMARK(BM_ZoneNotRecording);
BENCHMARK(BM_ZoneWithArgumentNotRecording);
BENCHMARK(BM_FloorTwoClocksAnd32Bytes);
BENCHMARK(BM_Zone)->ThreadRange(1, 2)->Iterations(kIterations);
BENCHMARK(BM_ZoneOfLiteral)->Iterations(kIterations);
BENCHMARK(BM_ZoneWithIntegerArgument)->Iterations(kIterations);
BENCHMARK(BM_RecordOp)->Iterations(kIterations);
BENCHMARK(BM_FloorOneClockAnd32Bytes);
BENCHMARK(BM_Counter)->Iterations(kIterations);
BENCHMARK(BM_Zone)->Name("BM_ZoneTenMillion")->Iterations(10'000'000);
BENCHMARK(BM_ZoneInRing);
BENCHMARK(BM_ZoneBufferFull);
BENCHMARK(BM_Export)->Arg(10'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
