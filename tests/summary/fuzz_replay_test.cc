// What the fuzzer for records does, on the files of the corpus and on their mutations, as a test.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "summary/tensorflow_file.h"
#include "support/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace opscope::summary {
namespace {

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(FuzzRecords, PassesOnEveryFileOfTheCorpus) {
  for (const std::string& path :
       testing::files_below(std::string(OPSCOPE_SHARED) + "/corpus/broken")) {
    run(testing::read_file(path));
  }
}

TEST(FuzzRecords, PassesOnMutatedFiles) {
  const std::string file = testing::tensorflow_file();
  std::mt19937 random(7);  // NOLINT: the same mutations in every run
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
  for (int round = 0; round < 2000; ++round) {
    std::string mutated = file;
    for (std::size_t i = below(6); i > 0; --i) {
      mutated[below(mutated.size())] = static_cast<char>(random());
      mutated.erase(below(mutated.size()), below(4));
      mutated.insert(below(mutated.size()), below(4), static_cast<char>(random()));
    }
    run(mutated);
    run(mutated.substr(below(mutated.size())));
  }
}

}  // namespace
}  // namespace opscope::summary
