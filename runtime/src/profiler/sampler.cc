#include "sampler.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "opscope/log.h"
#include "perf_event.h"

namespace opscope::profiler::detail {
namespace {

// The ring of a thread holds at least 30 chains of the greatest depth: at this pace, 3,000 samples
// a second are never lost.
constexpr std::chrono::milliseconds kDrainPeriod{10};

std::vector<pid_t> thread_ids() {
  std::vector<pid_t> ids;
  DIR* const directory = ::opendir("/proc/self/task");
  if (directory == nullptr) return ids;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    pid_t id = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), id);
    if (parsed.ec == std::errc{} && id > 0) ids.push_back(id);
  }
  ::closedir(directory);
  return ids;
}

std::string system_name(pid_t tid) {
  const std::string path = "/proc/self/task/" + std::to_string(tid) + "/comm";
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return std::to_string(tid);
  char text[64];
  const std::size_t size = std::fread(text, 1, sizeof text, file);
  std::fclose(file);
  std::string name(text, size);
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

std::string describe_refusal(int error) {
  std::string text = "profiler: no sampling: the kernel refuses perf_event_open: ";
  text += std::strerror(error);
  if (error == EACCES || error == EPERM) {
    text +=
        " (allow it with `sysctl kernel.perf_event_paranoid=2`; in a container, also in its "
        "seccomp profile)";
  } else if (error == EMFILE || error == EAGAIN) {
    text += " (one file descriptor and 36 KiB of locked memory are needed for each thread)";
  }
  return text;
}

}  // namespace

class Sampler::Worker {
 public:
  Worker(std::uint32_t samples_per_second, std::uint64_t max_bytes) : max_bytes_(max_bytes) {
    constexpr std::uint32_t kMostPerSecond = 10'000;
    log_.period_ns = 1'000'000'000 / std::clamp(samples_per_second, 1U, kMostPerSecond);
    open_new_threads();
    if (log_.refusal.empty()) thread_ = std::thread([this] { run(); });
  }

  void add_this_thread() {
    const std::lock_guard lock(events_mutex_);
    open_event(::gettid());
  }

  SampleLog stop() {
    if (thread_.joinable()) {
      {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
      }
      wake_.notify_one();
      thread_.join();
      drain_all();
    }
    events_.clear();
    for (auto& [tid, samples] : samples_) {
      if (samples.size() > 0) log_.threads.push_back(std::move(samples));
    }
    return std::move(log_);
  }

  void lock_for_fork() noexcept { events_mutex_.lock(); }
  void unlock_after_fork() noexcept { events_mutex_.unlock(); }
  void forget_parent() noexcept {
    for (PerfEvent& event : events_) event.forget_parent();
    thread_.detach();
  }

 private:
  void run() {
    {
      const std::lock_guard lock(events_mutex_);
      own_tid_ = ::gettid();
    }
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kDrainPeriod, [this] { return is_stopping_; })) {
      lock.unlock();
      drain_all();
      open_new_threads();
      lock.lock();
    }
  }

  void open_new_threads() {
    const std::lock_guard lock(events_mutex_);
    std::vector<pid_t> ids = thread_ids();
    std::erase(ids, own_tid_);
    events_.remove_if([&](PerfEvent& event) {
      const bool has_ended = std::ranges::find(ids, event.tid()) == ids.end();
      if (has_ended) drain(event);
      return has_ended;
    });
    for (const pid_t tid : ids) open_event(tid);
  }

  // The first refusal ends all attempts: it would be the same for every thread. A thread that is
  // gone again is no refusal.
  void open_event(pid_t tid) {
    if (!log_.refusal.empty()) return;
    if (std::ranges::find(events_, tid, &PerfEvent::tid) != events_.end()) return;
    PerfEvent event(tid, log_.period_ns);
    if (event.error() == 0) {
      events_.push_back(std::move(event));
      ThreadSamples& samples = samples_[tid];
      samples.tid = tid;
      if (samples.name.empty()) samples.name = system_name(tid);
    } else if (event.error() != ESRCH) {
      log_.refusal = describe_refusal(event.error());
      log_message(LogLevel::warning, log_.refusal);
    }
  }

  void drain_all() {
    const std::lock_guard lock(events_mutex_);
    for (PerfEvent& event : events_) drain(event);
  }

  void drain(PerfEvent& event) {
    ThreadSamples& samples = samples_[event.tid()];
    log_.lost += event.drain([&](const PerfSample& sample) { keep(samples, sample); });
  }

  void keep(ThreadSamples& samples, const PerfSample& sample) {
    const std::uint64_t bytes = sample.frames.size_bytes() + 16;
    if (kept_bytes_ + bytes > max_bytes_) {
      ++log_.lost;
      return;
    }
    kept_bytes_ += bytes;
    samples.monotonic_ns.push_back(sample.monotonic_ns);
    samples.frames.insert(samples.frames.end(), sample.frames.begin(), sample.frames.end());
    samples.begin.push_back(samples.frames.size());
  }

  const std::uint64_t max_bytes_;

  std::mutex events_mutex_;  // guards what follows
  std::uint64_t kept_bytes_ = 0;
  std::list<PerfEvent> events_;
  std::map<pid_t, ThreadSamples> samples_;
  SampleLog log_;
  pid_t own_tid_ = 0;

  std::mutex mutex_;  // guards is_stopping_
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::thread thread_;
};

Sampler::Sampler(std::uint32_t samples_per_second, std::uint64_t max_bytes)
    : worker_(std::make_unique<Worker>(samples_per_second, max_bytes)) {}

Sampler::~Sampler() {
  if (worker_) static_cast<void>(worker_->stop());
}

void Sampler::add_this_thread() { worker_->add_this_thread(); }

SampleLog Sampler::stop() { return std::exchange(worker_, nullptr)->stop(); }

void Sampler::lock_for_fork() noexcept { worker_->lock_for_fork(); }
void Sampler::unlock_after_fork() noexcept { worker_->unlock_after_fork(); }
void Sampler::forget_parent() noexcept { worker_->forget_parent(); }

}  // namespace opscope::profiler::detail
