#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "crash_dump.h"

namespace opscope::profiler::detail {
namespace {

struct CrashSignal {
  int number = 0;
  bool is_ours = false;  // our handler was installed, and `previous` is what it goes on to
  struct sigaction previous = {};
};

// Written under the recorder's lock, before the handler that reads it is installed.
constinit std::array<CrashSignal, 4> crash_signals{{{.number = SIGSEGV, .previous = {}},
                                                    {.number = SIGABRT, .previous = {}},
                                                    {.number = SIGFPE, .previous = {}},
                                                    {.number = SIGBUS, .previous = {}}}};

constinit std::atomic<CrashDump*> armed_dump{nullptr};
constinit std::atomic<pid_t> dumping_thread{0};  // 0: no dump is being written

// Other threads that crash wait here: going on would end the process under the first one's pen.
void wait_for_dump_of_another() noexcept {
  constexpr int kTries = 1000;
  constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 10'000'000};
  for (int i = 0; i < kTries; ++i) {
    const pid_t thread = dumping_thread.load(std::memory_order_acquire);
    if (thread == 0 || thread == ::gettid()) return;
    ::nanosleep(&kPause, nullptr);
  }
}

void dump_once(int signal) noexcept {
  pid_t nobody = 0;
  if (!dumping_thread.compare_exchange_strong(nobody, ::gettid(), std::memory_order_acq_rel)) {
    wait_for_dump_of_another();
    return;
  }
  // Never deleted: this is no place to give memory back.
  if (CrashDump* const dump = armed_dump.exchange(nullptr)) dump->write(signal);
  dumping_thread.store(0, std::memory_order_release);
}

void go_on_to_previous(int signal, siginfo_t* info, void* context) noexcept {
  const auto it = std::ranges::find(crash_signals, signal, &CrashSignal::number);
  const struct sigaction& previous = it->previous;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL) {
    ::sigaction(signal, &previous, nullptr);
    ::raise(signal);  // blocked until the handler returns
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  }
}

void on_crash(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  dump_once(signal);
  errno = saved_errno;
  go_on_to_previous(signal, info, context);
}

}  // namespace

void arm_crash_dump(std::unique_ptr<CrashDump> dump) noexcept {
  armed_dump.store(dump.release());
  for (CrashSignal& crash : crash_signals) {
    if (crash.is_ours) continue;
    ::sigaction(crash.number, nullptr, &crash.previous);
    struct sigaction action = {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    crash.is_ours = ::sigaction(crash.number, &action, nullptr) == 0;
  }
}

void disarm_crash_dump() noexcept {
  const std::unique_ptr<CrashDump> unused(armed_dump.exchange(nullptr));
  for (CrashSignal& crash : crash_signals) {
    struct sigaction current = {};
    if (!crash.is_ours || ::sigaction(crash.number, nullptr, &current) != 0) continue;
    if ((current.sa_flags & SA_SIGINFO) == 0 || current.sa_sigaction != on_crash) continue;
    ::sigaction(crash.number, &crash.previous, nullptr);
    crash.is_ours = false;
  }
}

void leave_crash_dump_to_parent() noexcept { armed_dump.store(nullptr); }

}  // namespace opscope::profiler::detail
