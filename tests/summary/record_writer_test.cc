#include "opscope/summary/record_writer.h"

#include <gtest/gtest.h>

#include <string>

#include "summary/tensorflow_file.h"

namespace opscope::summary {
namespace {

TEST(RecordWriter, WritesTheBytesOfTensorFlow) {
  std::string file;
  for (std::size_t i = 0; i < testing::kTensorFlowRecordsHex.size(); ++i) {
    append_record(file, testing::tensorflow_payload(i));
  }
  EXPECT_EQ(file, testing::tensorflow_file());
}

TEST(RecordWriter, FramesAnEmptyPayload) {
  std::string file;
  append_record(file, {});
  // Length 0, the masked checksum of eight zero bytes, the masked checksum of nothing.
  EXPECT_EQ(file, testing::bytes_from_hex("0000000000000000 29039807 d8ea82a2"));
}

TEST(RecordWriter, FramesInPlace) {
  const std::string payload = testing::tensorflow_payload(1);
  std::string frame(kRecordHeaderBytes, 'x');
  frame += payload + std::string(kRecordFooterBytes, 'x');
  frame_record_in_place(frame.data(), payload.size());
  EXPECT_EQ(frame, testing::tensorflow_record(1));
}

}  // namespace
}  // namespace opscope::summary
