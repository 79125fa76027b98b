// What Keras keeps for the whole process: the counters of names, and the seed of random numbers.
//
// Thread rule: everything here may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opscope::keras {

// Begins the names anew: the next Dense is "dense" again.
void clear_session();

// What follows is repeatable: initializers without seed, shuffling, dropout. Until the first call
// the seed is different in each process.
void set_random_seed(std::uint64_t seed);
// The next seed of the process, in [1, 10^9].
[[nodiscard]] std::int64_t next_seed();

// "MaxPooling2D" gives "max_pooling2d", "LSTM" "lstm".
[[nodiscard]] std::string snake_case(std::string_view class_name);
// "dense", then "dense_1", "dense_2", ... for the class "Dense".
[[nodiscard]] std::string unique_name(std::string_view class_name);

}  // namespace opscope::keras
