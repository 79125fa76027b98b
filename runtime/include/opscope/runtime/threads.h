// How many threads compute.
#pragma once

namespace opscope {

// Sets both numbers below. 0: one for each CPU that this process may run on, which is also what
// holds before any call.
//
// Kernels and traced functions share one pool of threads, in which the calling thread counts: with
// 1, everything runs on the thread that calls. No number changes any result, and none makes more
// threads compute than the larger of the two.
//
// Thread rule of all setters: any thread, at any time, but not from inside an operation. What runs
// already ends with the threads that it has. Throw invalid_argument for a negative number.
void set_num_threads(int threads);

// The larger of the two numbers: never 0.
[[nodiscard]] int num_threads() noexcept;

// As tf.config.threading.
namespace threading {

// The most threads that share the work of one operation. 0: one for each CPU.
void set_intra_op_parallelism_threads(int threads);
[[nodiscard]] int get_intra_op_parallelism_threads() noexcept;

// The most operations of one call of a traced function that run at the same time. 0: one for each
// CPU. 1: one after the other, in the order of the program.
void set_inter_op_parallelism_threads(int threads);
[[nodiscard]] int get_inter_op_parallelism_threads() noexcept;

}  // namespace threading

}  // namespace opscope
