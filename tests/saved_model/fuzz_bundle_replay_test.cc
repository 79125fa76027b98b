// What the fuzzer for tensor bundles does, on TensorFlow's files and on their mutations, as a test.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "support/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace opscope {
namespace {

std::string input_of(const std::string& name, const std::string& data_suffix) {
  const std::string prefix = std::string(OPSCOPE_TESTDATA) + "/bundle/" + name;
  const std::string index = testing::read_file(prefix + ".index");
  return std::string{static_cast<char>(index.size() & 0xFF), static_cast<char>(index.size() >> 8)} +
         index + testing::read_file(prefix + data_suffix);
}

// What reached new code in ten minutes of the fuzzer, minimised.
TEST(FuzzTensorBundle, PassesOnItsCorpus) {
  const auto files = testing::files_below(std::string(OPSCOPE_TESTDATA) + "/fuzz_tensor_bundle");
  EXPECT_FALSE(files.empty());
  for (const std::string& path : files) {
    const std::string input = testing::read_file(path);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
}

TEST(FuzzTensorBundle, PassesOnMutatedFiles) {
  std::mt19937 random(11);  // NOLINT: the same mutations in every run
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
  for (const std::string& input :
       {input_of("sharded", ".data-00001-of-00002"), input_of("parted", ".data-00000-of-00001")}) {
    for (int round = 0; round < 1500; ++round) {
      std::string mutated = input;
      for (std::size_t i = below(4); i > 0; --i) {
        mutated[below(mutated.size())] = static_cast<char>(random());
        mutated.erase(below(mutated.size()), below(4));
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(mutated.data()), mutated.size());
    }
  }
}

}  // namespace
}  // namespace opscope
