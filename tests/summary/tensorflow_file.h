// A whole event file as TensorFlow 2.21.0 wrote it:
//   w = tf.summary.create_file_writer(d)
//   with w.as_default():
//     tf.summary.scalar("loss", 0.5, step=7)
//     tf.summary.scalar("scope/\u00fc", float("nan"), step=-1)
//     tf.summary.text("note", "*hi*", step=2)
//     tf.summary.text("table", [["a", "b"], ["c", "d"]], step=3)
//   w.close()
// One line here is one record.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "support/hex.h"

namespace opscope::testing {

inline constexpr std::array<std::string_view, 5> kTensorFlowRecordsHex = {
    "3e00000000000000d9d240e7"
    "090000809c2bc1da411a0d627261696e2e4576656e743a3252240a2274656e736f72666c6f772e636f72652e757469"
    "6c"
    "2e6576656e74735f777269746572"
    "5c948f70",
    "2e00000000000000c5cb57fa"
    "097899b69c2bc1da4110072a210a1f0a046c6f7373420a0801120022040000003f4a0b0a090a077363616c617273"
    "5ef4ba26",
    "3b000000000000001a23ac5c"
    "0922a5b69c2bc1da4110ffffffffffffffffff012a250a230a0873636f70652fc3bc420a0801120022040000c07f"
    "4a0b0a090a077363616c617273"
    "21fb4be2",
    "2b00000000000000861bc34b"
    "094911b79c2bc1da4110022a1e0a1c0a046e6f7465420a0807120042042a68692a4a080a060a0474657874"
    "28b96b56",
    "3a000000000000001295eae2"
    "094d2db79c2bc1da4110032a2d0a2b0a057461626c6542180807120812020802120208024201614201624201634201"
    "644a080a060a0474657874"
    "64e8053e"};

// The record with its framing.
[[nodiscard]] inline std::string tensorflow_record(std::size_t index) {
  return bytes_from_hex(kTensorFlowRecordsHex.at(index));
}

[[nodiscard]] inline std::string tensorflow_payload(std::size_t index) {
  const std::string record = tensorflow_record(index);
  return record.substr(12, record.size() - 16);
}

[[nodiscard]] inline std::string tensorflow_file() {
  std::string file;
  for (std::size_t i = 0; i < kTensorFlowRecordsHex.size(); ++i) file += tensorflow_record(i);
  return file;
}

}  // namespace opscope::testing
