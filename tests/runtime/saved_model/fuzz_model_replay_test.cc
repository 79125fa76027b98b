// What the fuzzer for SavedModels does, on the corpus and on its mutations, as a test.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "support/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace opscope {
namespace {

TEST(FuzzSavedModel, PassesOnMutatedModels) {
  std::mt19937 random(13);  // NOLINT: the same mutations in every run
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
  for (const char* name : {"seed_dmodule", "multi_sig", "tf1_simple_save", "while_cond_strings"}) {
    const std::string model = testing::read_file(std::string(OPSCOPE_SHARED) +
                                                 "/corpus/savedmodels/" + name + "/saved_model.pb");
    for (int round = 0; round < 150; ++round) {
      std::string mutated = model;
      for (std::size_t i = below(5); i > 0; --i) {
        mutated[below(mutated.size())] = static_cast<char>(random());
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(mutated.data()), mutated.size());
    }
  }
}

}  // namespace
}  // namespace opscope
