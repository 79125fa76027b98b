// A SavedModel message from any bytes: shown, loaded and called without a crash.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "opscope/error.h"
#include "opscope/runtime/saved_model.h"

namespace {

// A folder in memory where there is one: the loader reads files.
const std::string& folder() {
  static const std::string path = [] {
    const std::string base = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
    std::string pattern = base + "/fuzz_saved_model_XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    return pattern;
  }();
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ofstream(folder() + "/saved_model.pb", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    const opscope::LoadedModel model = opscope::load(folder());
    static_cast<void>(model.missing_ops());
    for (const std::string& path : model.functions()) {
      try {
        static_cast<void>(model.function(path).concrete_functions());
      } catch (const opscope::Error&) {
      }
    }
    for (const auto& [name, signature] : model.signatures()) {
      try {
        static_cast<void>(model.run(name, {}));
      } catch (const opscope::Error&) {
      }
    }
  } catch (const opscope::Error&) {
  }
  return 0;
}
