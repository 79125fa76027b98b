// Bundles that TensorFlow wrote, against what TensorFlow read from them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "opscope/saved_model/bundle_reader.h"
#include "opscope/saved_model/bundle_writer.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::saved_model {
namespace {

const std::string kModels = std::string(OPSCOPE_SHARED) + "/corpus/savedmodels/";

nlohmann::json oracle() {
  return nlohmann::json::parse(testing::read_file(kModels + "oracle.json"))["models"];
}

std::string bytes_of(const BundleReader& reader, const BundleEntry& entry) {
  std::string bytes(reader.checked_size(entry).value(), '\0');
  reader.read(entry, bytes).value();
  return bytes;
}

double element(const std::string& bytes, int data_type, std::size_t i) {
  constexpr int kInt32 = 3;
  if (data_type == kInt32) {
    std::int32_t value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    return value;
  }
  float value = 0;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

TEST(BundleCorpus, EveryTensorHasTheValuesThatTensorFlowReads) {
  const nlohmann::json models = oracle();
  for (const auto& [name, model] : models.items()) {
    const BundleReader reader = BundleReader::open(kModels + name + "/variables/variables").value();
    const auto& expected = model["checkpoint"];
    ASSERT_EQ(reader.entries().size(), expected.size()) << name;
    for (const BundleEntry& entry : reader.entries()) {
      const auto& facts = expected.at(entry.name);
      EXPECT_EQ(nlohmann::json(entry.shape), facts["shape"]) << entry.name;
      if (entry.data_type == kDataTypeString) {
        EXPECT_EQ(reader.read_strings(entry).value().at(0).size(), facts["bytes"]);
        continue;
      }
      const std::string bytes = bytes_of(reader, entry);
      for (std::size_t i = 0; i < facts["values"].size(); ++i) {
        EXPECT_EQ(element(bytes, entry.data_type, i), facts["values"][i]) << entry.name << i;
      }
    }
  }
}

TEST(BundleCorpus, OurWriterGivesTensorFlowsBytes) {
  const testing::TempDir folder;
  const nlohmann::json models = oracle();
  for (const auto& [name, model] : models.items()) {
    const std::string prefix = kModels + name + "/variables/variables";
    const BundleReader reader = BundleReader::open(prefix).value();
    std::vector<BundleEntry> entries(reader.entries().begin(), reader.entries().end());
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.offset_bytes < b.offset_bytes; });
    BundleWriter writer(folder / name);
    for (const BundleEntry& entry : entries) {
      if (entry.data_type == kDataTypeString) {
        writer.add_strings(entry.name, entry.shape, reader.read_strings(entry).value());
      } else {
        writer.add(entry.name, entry.data_type, entry.shape, bytes_of(reader, entry));
      }
    }
    writer.finish();
    for (const char* suffix : {".index", ".data-00000-of-00001"}) {
      EXPECT_EQ(testing::read_file((folder / name) + suffix), testing::read_file(prefix + suffix))
          << name << suffix;
    }
  }
}

}  // namespace
}  // namespace opscope::saved_model
