// Writes a TensorBundle of one data file, as TensorFlow reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace opscope::saved_model {

// Streams tensors to PREFIX.data-00000-of-00001 in the order of the calls; memory use does not
// depend on their size. finish() writes the index and puts both files in place by renaming; without
// it nothing stays behind. The folder must exist. Throws what errno says, and invalid_argument for
// a name that is empty or taken. One thread at a time.
class BundleWriter {
 public:
  explicit BundleWriter(const std::string& prefix);
  ~BundleWriter();
  BundleWriter(const BundleWriter&) = delete;
  BundleWriter& operator=(const BundleWriter&) = delete;

  // `bytes`: the elements, row-major, as in memory. `data_type`: a number of TensorFlow's DataType
  // whose elements have a fixed size. Throws invalid_argument when shape and bytes disagree.
  void add(std::string_view name, int data_type, std::span<const std::int64_t> shape,
           std::string_view bytes);
  void add_strings(std::string_view name, std::span<const std::int64_t> shape,
                   std::span<const std::string> values);

  // `is_durable`: waits until the bytes are on the device.
  void finish(bool is_durable = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace opscope::saved_model
