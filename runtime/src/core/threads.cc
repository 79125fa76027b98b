#include "opscope/runtime/threads.h"

#include <algorithm>
#include <string>

#include "core/thread_pool.h"
#include "opscope/error.h"

namespace opscope {
namespace {

int resolve(int threads) {
  if (threads < 0) {
    throw Error(ErrorCode::invalid_argument,
                "The number of threads must not be negative, got " + std::to_string(threads));
  }
  return threads == 0 ? runtime::available_cpus() : threads;
}

}  // namespace

void set_num_threads(int threads) {
  const int number = resolve(threads);
  runtime::default_thread_pool().set_threads(number, number);
}

int num_threads() noexcept {
  const runtime::ThreadPool& pool = runtime::default_thread_pool();
  return std::max(pool.num_threads(), pool.inter_op_threads());
}

namespace threading {

void set_intra_op_parallelism_threads(int threads) {
  runtime::ThreadPool& pool = runtime::default_thread_pool();
  pool.set_threads(resolve(threads), pool.inter_op_threads());
}

int get_intra_op_parallelism_threads() noexcept {
  return runtime::default_thread_pool().num_threads();
}

void set_inter_op_parallelism_threads(int threads) {
  runtime::ThreadPool& pool = runtime::default_thread_pool();
  pool.set_threads(pool.num_threads(), resolve(threads));
}

int get_inter_op_parallelism_threads() noexcept {
  return runtime::default_thread_pool().inter_op_threads();
}

}  // namespace threading
}  // namespace opscope
