// Which steps of a plan wait for which, for running several at once.
#pragma once

#include <cstdint>
#include <vector>

namespace opscope::runtime {

// A unit is a step with, if it is fused, its members. Units are numbered in the order of the plan,
// and wait for earlier ones only.
struct Dependencies {
  struct Unit {
    std::uint32_t step = 0;
    std::int32_t num_waits = 0;
    bool is_heavy = false;              // worth a thread of its own
    std::uint32_t first_successor = 0;  // of `successors`
    std::uint32_t num_successors = 0;
    std::uint32_t first_slot = 0;  // of `slots`: those it reads that are released when all have
    std::uint32_t num_slots = 0;
    std::uint32_t first_unread = 0;  // of `slots`: those it fills that nobody reads
    std::uint32_t num_unread = 0;
  };
  std::vector<Unit> units;
  std::vector<std::uint32_t> successors;
  std::vector<std::uint32_t> slots;
  std::vector<std::int32_t> num_readers;  // by slot; 0: never released
};

}  // namespace opscope::runtime
