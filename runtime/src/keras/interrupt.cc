#include "keras/interrupt.h"

#include <atomic>
#include <csignal>

namespace opscope::keras {
namespace {

std::atomic<bool> in_use{false};
volatile std::sig_atomic_t interrupted = 0;

extern "C" void opscope_keras_note_interrupt(int) { interrupted = 1; }

}  // namespace

InterruptScope::InterruptScope() {
  if (in_use.exchange(true)) return;
  struct sigaction before {};
  const bool is_default = sigaction(SIGINT, nullptr, &before) == 0 &&
                          (before.sa_flags & SA_SIGINFO) == 0 && before.sa_handler == SIG_DFL;
  if (!is_default) {
    in_use = false;
    return;
  }
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = opscope_keras_note_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  is_active_ = sigaction(SIGINT, &action, nullptr) == 0;
  if (!is_active_) in_use = false;
}

InterruptScope::~InterruptScope() { restore(); }

bool InterruptScope::was_interrupted() const noexcept { return is_active_ && interrupted != 0; }

void InterruptScope::restore() noexcept {
  if (!is_active_) return;
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  is_active_ = false;
  in_use = false;
}

void InterruptScope::finish() {
  const bool was = was_interrupted();
  restore();
  if (was) std::raise(SIGINT);
}

}  // namespace opscope::keras
