// What logging costs. The floor is the least that any writer of scalars must do: read the clock,
// serialize, checksum, and hand the bytes to the kernel in 64 KiB pieces, all in one loop.
//
// Run with --benchmark_format=json for machines. Set OPSCOPE_BENCH_DIR to choose the disk.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "opscope/summary/crc32c.h"
#include "opscope/summary/event_reader.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/histogram.h"
#include "opscope/summary/record_reader.h"
#include "opscope/summary/record_writer.h"

namespace {

namespace fs = std::filesystem;
namespace summary = opscope::summary;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr std::string_view kTag = "train/loss";

// A directory that is emptied when the benchmark has run.
class BenchDir {
 public:
  BenchDir() {
    const char* base = std::getenv("OPSCOPE_BENCH_DIR");
    path_ =
        fs::path(base != nullptr ? base : "/tmp") / ("opscope_bench." + std::to_string(::getpid()));
    fs::create_directories(path_);
  }
  ~BenchDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  BenchDir(const BenchDir&) = delete;
  BenchDir& operator=(const BenchDir&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

double wall_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// One scalar event as TensorFlow writes it, for steps below 2^28 and short tags.
char* put_scalar(char* to, double time, std::uint32_t step, float value) {
  constexpr std::string_view kBeforeValue("\x42\x0a\x08\x01\x12\x00\x22\x04", 8);
  constexpr std::string_view kMetadata = "\x4a\x0b\x0a\x09\x0a\x07scalars";
  const auto put = [&](std::string_view bytes) {
    to = static_cast<char*>(std::memcpy(to, bytes.data(), bytes.size())) + bytes.size();
  };
  const std::size_t value_bytes = 2 + kTag.size() + 12 + kMetadata.size();
  *to++ = 0x09;
  to = static_cast<char*>(std::memcpy(to, &time, sizeof time)) + sizeof time;
  *to++ = 0x10;
  for (; step >= 0x80; step >>= 7) *to++ = static_cast<char>(step | 0x80);
  *to++ = static_cast<char>(step);
  *to++ = 0x2a;
  *to++ = static_cast<char>(value_bytes + 2);
  *to++ = 0x0a;
  *to++ = static_cast<char>(value_bytes);
  *to++ = 0x0a;
  *to++ = static_cast<char>(kTag.size());
  put(kTag);
  put(kBeforeValue);
  to = static_cast<char*>(std::memcpy(to, &value, sizeof value)) + sizeof value;
  put(kMetadata);
  return to;
}

void BM_ScalarFloor(benchmark::State& state) {
  const BenchDir dir;
  const int fd = ::open((dir.path() + "/floor").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  std::vector<char> piece(kPieceBytes + 256);
  std::size_t used = 0;
  std::uint32_t step = 0;
  for (auto _ : state) {
    char* const frame = piece.data() + used;
    char* const payload = frame + summary::kRecordHeaderBytes;
    char* const end = put_scalar(payload, wall_time(), step++, 0.5F);
    summary::frame_record_in_place(frame, static_cast<std::size_t>(end - payload));
    used += static_cast<std::size_t>(end - frame) + summary::kRecordFooterBytes;
    if (used < kPieceBytes) continue;
    if (::write(fd, piece.data(), used) < 0) state.SkipWithError("write failed");
    used = 0;
  }
  ::close(fd);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ScalarFloor)->UseRealTime();

// To the page cache: the time until flush() has returned counts.
void BM_ScalarToPageCache(benchmark::State& state) {
  constexpr int kRecords = 1'000'000;
  for (auto _ : state) {
    state.PauseTiming();
    auto dir = std::make_unique<BenchDir>();
    summary::FileWriter writer = summary::create_file_writer(dir->path());
    state.ResumeTiming();
    for (int i = 0; i < kRecords; ++i) writer.scalar(kTag, 0.5, i);
    writer.flush();
    state.PauseTiming();
    writer.close();
    dir.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
  // Shown with its unit: seconds for each scalar.
  state.counters["time_per_scalar"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRecords,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_ScalarToPageCache)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

// What the caller pays for each call, with a pause between calls as a program has it.
void BM_ScalarCallerLatency(benchmark::State& state) {
  constexpr std::size_t kRecords = 1'000'000;
  const auto pause = static_cast<std::uint64_t>(state.range(0));
  std::vector<std::uint32_t> nanoseconds(kRecords);
  const auto now_ns = [] {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
  };
  for (auto _ : state) {
    const BenchDir dir;
    summary::FileWriter writer = summary::create_file_writer(dir.path());
    for (std::size_t i = 0; i < kRecords; ++i) {
      const std::uint64_t begin = now_ns();
      writer.scalar(kTag, 0.5, static_cast<std::int64_t>(i));
      const std::uint64_t end = now_ns();
      nanoseconds[i] = static_cast<std::uint32_t>(end - begin);
      while (now_ns() < end + pause) {
      }
    }
  }
  std::sort(nanoseconds.begin(), nanoseconds.end());
  state.counters["median_ns"] = nanoseconds[kRecords / 2];
  state.counters["p99_ns"] = nanoseconds[kRecords / 100 * 99];
  state.counters["p9999_ns"] = nanoseconds[kRecords / 10000 * 9999];
  state.counters["max_ns"] = nanoseconds.back();
}
BENCHMARK(BM_ScalarCallerLatency)->Arg(0)->Arg(1000)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_ScalarThreads(benchmark::State& state) {
  const auto thread_count = static_cast<std::size_t>(state.range(0));
  constexpr int kRecords = 500'000;
  for (auto _ : state) {
    const BenchDir dir;
    summary::FileWriter writer = summary::create_file_writer(dir.path());
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < thread_count; ++t) {
      threads.emplace_back([&writer] {
        for (int i = 0; i < kRecords; ++i) writer.scalar(kTag, 0.5, i);
      });
    }
    for (std::thread& thread : threads) thread.join();
    writer.flush();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    state.SetIterationTime(took.count());
  }
  state.SetItemsProcessed(state.iterations() * kRecords * state.range(0));
}
BENCHMARK(BM_ScalarThreads)->Arg(1)->Arg(2)->Arg(8)->UseManualTime()->Unit(benchmark::kMillisecond);

void BM_Crc32c(benchmark::State& state) {
  const auto& implementation =
      summary::crc32c_implementations()[static_cast<std::size_t>(state.range(0))];
  const std::string bytes(static_cast<std::size_t>(state.range(1)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(implementation.extend(0, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(1));
  state.SetLabel(implementation.name);
}
void crc_arguments(benchmark::internal::Benchmark* bench) {
  const auto count = static_cast<std::int64_t>(summary::crc32c_implementations().size());
  for (std::int64_t i = 0; i < count; ++i) {
    for (const std::int64_t size : {8, 64, 4096, 1 << 20}) bench->Args({i, size});
  }
}
BENCHMARK(BM_Crc32c)->Apply(crc_arguments);

std::string log_of_scalars(int records) {
  std::string log;
  std::vector<char> payload(256);
  for (int i = 0; i < records; ++i) {
    const char* end = put_scalar(payload.data(), 1.5, static_cast<std::uint32_t>(i), 0.5F);
    summary::append_record(log, {payload.data(), end});
  }
  return log;
}

// Reading a log in memory, down to the number of every scalar.
void BM_ScanScalars(benchmark::State& state) {
  constexpr int kRecords = 1'000'000;
  const std::string log = log_of_scalars(kRecords);
  const bool parses = state.range(0) != 0;
  for (auto _ : state) {
    summary::RecordScanner scanner(log);
    double sum = 0;
    for (;;) {
      const summary::RecordRead read = scanner.next();
      if (read.status != summary::RecordStatus::record) break;
      if (!parses) continue;
      const auto event = summary::parse_event(read.payload);
      summary::ValueCursor values(event->body);
      while (const auto value = values.next()) {
        sum += summary::scalar_from_tensor(value->body).value_or(0);
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
  state.SetLabel(parses ? "records and values" : "records");
}
BENCHMARK(BM_ScanScalars)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void BM_HistogramOfAMillionFloats(benchmark::State& state) {
  std::mt19937 random(1);  // NOLINT: the same values in every run
  std::normal_distribution<float> normal;
  std::vector<float> values(1'000'000);
  for (float& value : values) value = normal(random);
  for (auto _ : state) {
    benchmark::DoNotOptimize(summary::make_histogram(std::span<const float>(values)));
  }
}
BENCHMARK(BM_HistogramOfAMillionFloats)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
