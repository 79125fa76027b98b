#include "opscope/summary/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "opscope/proto/event.pb.h"
#include "opscope/proto/tensor.pb.h"
#include "summary/tensorflow_file.h"
#include "support/matchers.h"

namespace opscope::summary {
namespace {

using ::testing::Eq;
using testing::HasError;
using ::testing::HasSubstr;
using testing::tensorflow_payload;

TEST(EventReader, ReadsTheHeaderOfTensorFlow) {
  const std::string record = tensorflow_payload(0);
  const EventView event = parse_event(record).value();
  EXPECT_EQ(event.kind, EventKind::file_version);
  EXPECT_EQ(event.body, "brain.Event:2");
  EXPECT_EQ(event.writer, "tensorflow.core.util.events_writer");
  EXPECT_EQ(event.wall_time, 1795468914);
  EXPECT_EQ(event.step, 0);
}

TEST(EventReader, ReadsAScalarOfTensorFlow) {
  const std::string record = tensorflow_payload(2);
  const EventView event = parse_event(record).value();
  EXPECT_EQ(event.kind, EventKind::summary);
  EXPECT_EQ(event.step, -1);
  ValueCursor values(event.body);
  const std::optional<ValueView> value = values.next();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->tag, "scope/\xc3\xbc");
  EXPECT_EQ(value->kind, ValueKind::tensor);
  EXPECT_TRUE(std::isnan(scalar_from_tensor(value->body).value()));
  const MetadataView metadata = parse_metadata(value->metadata.value()).value();
  EXPECT_EQ(metadata.plugin_name, "scalars");
  EXPECT_EQ(metadata.plugin_content, "");
  EXPECT_FALSE(values.next().has_value());
  EXPECT_FALSE(values.is_damaged());
}

TEST(EventReader, TakesAnEmptyRecordForAnEventWithoutContent) {
  const EventView event = parse_event("").value();
  EXPECT_EQ(event.kind, EventKind::none);
  EXPECT_EQ(event.step, 0);
}

// At every cut the reader says what the official parser says: an event, or not.
TEST(EventReader, AgreesWithProtobufAtEveryCut) {
  for (std::size_t i = 0; i < testing::kTensorFlowRecordsHex.size(); ++i) {
    const std::string record = tensorflow_payload(i);
    for (std::size_t size = 0; size <= record.size(); ++size) {
      const std::string cut = record.substr(0, size);
      proto::Event event;
      EXPECT_EQ(parse_event(cut).has_value(), event.ParseFromString(cut)) << i << " " << size;
    }
  }
}

TEST(EventReader, SaysWhereAnEventIsDamaged) {
  EXPECT_THAT(parse_event("\x09garbage"),
              HasError(ErrorCode::data_loss, HasSubstr("not a serialized Event: bad field")));
  EXPECT_THAT(parse_metadata("\x0a\x05"),
              HasError(ErrorCode::data_loss, HasSubstr("SummaryMetadata")));
  EXPECT_THAT(parse_tagged_run_metadata("\x07"),
              HasError(ErrorCode::data_loss, HasSubstr("TaggedRunMetadata")));
}

TEST(EventReader, SurvivesEveryFlippedBit) {
  for (std::size_t i = 0; i < testing::kTensorFlowRecordsHex.size(); ++i) {
    const std::string record = tensorflow_payload(i);
    for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
      std::string damaged = record;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      const Result<EventView> event = parse_event(damaged);
      if (!event || event->kind != EventKind::summary) continue;
      ValueCursor values(event->body);
      while (const std::optional<ValueView> value = values.next()) {
        EXPECT_LE(value->tag.size(), damaged.size());
        if (value->metadata) static_cast<void>(parse_metadata(*value->metadata));
        static_cast<void>(scalar_from_tensor(value->body));
      }
    }
  }
}

TEST(EventReader, ReadsTagsThatAreNotUtf8AndUnknownFields) {
  // Value { tag: "\xff\xfe", simple_value: 1 } and a field 100 that nobody knows.
  const std::string summary = testing::bytes_from_hex("0a 09 0a02fffe 15 0000803f a206 03616263");
  ValueCursor values(summary);
  const std::optional<ValueView> value = values.next();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->tag, "\xff\xfe");
  EXPECT_EQ(value->kind, ValueKind::simple_value);
  EXPECT_EQ(value->simple_value, 1.0F);
  EXPECT_FALSE(value->metadata.has_value());
  EXPECT_FALSE(values.next().has_value());
  EXPECT_FALSE(values.is_damaged());
}

TEST(EventReader, PassesOverADamagedValueAndSaysSo) {
  // A value with a tag of five bytes of which one is there, then a good value.
  const std::string summary = testing::bytes_from_hex("0a03 0a0578 0a03 0a0179");
  ValueCursor values(summary);
  EXPECT_EQ(values.next().value().tag, "y");
  EXPECT_TRUE(values.is_damaged());
  EXPECT_FALSE(values.next().has_value());
}

TEST(EventReader, ReadsTaggedRunMetadata) {
  proto::TaggedRunMetadata message;
  message.set_tag("step");
  message.set_run_metadata("bytes");
  const std::string bytes = message.SerializeAsString();
  const RunMetadataView view = parse_tagged_run_metadata(bytes).value();
  EXPECT_EQ(view.tag, "step");
  EXPECT_EQ(view.run_metadata, "bytes");
}

proto::TensorProto tensor_of(proto::DataType dtype) {
  proto::TensorProto tensor;
  tensor.set_dtype(dtype);
  return tensor;
}

std::optional<double> number_in(const proto::TensorProto& tensor) {
  return scalar_from_tensor(tensor.SerializeAsString());
}

TEST(ScalarFromTensor, ReadsTypedValuesOfEveryNumericType) {
  proto::TensorProto tensor = tensor_of(proto::DT_FLOAT);
  tensor.add_float_val(-1.5F);
  EXPECT_EQ(number_in(tensor), -1.5);
  tensor = tensor_of(proto::DT_DOUBLE);
  tensor.add_double_val(1e300);
  EXPECT_EQ(number_in(tensor), 1e300);
  for (const auto dtype : {proto::DT_INT8, proto::DT_INT16, proto::DT_INT32}) {
    tensor = tensor_of(dtype);
    tensor.add_int_val(-7);
    EXPECT_EQ(number_in(tensor), -7);
  }
  tensor = tensor_of(proto::DT_INT64);
  tensor.add_int64_val(INT64_MIN);
  EXPECT_EQ(number_in(tensor), -0x1p63);
  tensor = tensor_of(proto::DT_UINT64);
  tensor.add_uint64_val(UINT64_MAX);
  EXPECT_EQ(number_in(tensor), 0x1p64);
  tensor = tensor_of(proto::DT_BOOL);
  tensor.add_bool_val(true);
  EXPECT_EQ(number_in(tensor), 1);
  tensor = tensor_of(proto::DT_HALF);
  tensor.add_half_val(0xC500);
  EXPECT_EQ(number_in(tensor), -5);
  tensor = tensor_of(proto::DT_BFLOAT16);
  tensor.add_half_val(0x4049);
  EXPECT_EQ(number_in(tensor), 3.140625);
}

TEST(ScalarFromTensor, ReadsHalfPrecisionAtItsEdges) {
  const std::vector<std::pair<int, double>> cases = {
      {0x0000, 0.0}, {0x0001, 0x1p-24}, {0x03FF, 1023 * 0x1p-24}, {0x0400, 0x1p-14},
      {0x3C00, 1.0}, {0x7BFF, 65504.0}, {0xFC00, -INFINITY},      {0x8001, -0x1p-24}};
  for (const auto& [bits, expected] : cases) {
    proto::TensorProto tensor = tensor_of(proto::DT_HALF);
    tensor.add_half_val(bits);
    EXPECT_EQ(number_in(tensor), expected) << bits;
  }
  proto::TensorProto tensor = tensor_of(proto::DT_HALF);
  tensor.add_half_val(0x7E00);
  EXPECT_TRUE(std::isnan(number_in(tensor).value()));
}

TEST(ScalarFromTensor, ReadsRawContent) {
  proto::TensorProto tensor = tensor_of(proto::DT_INT16);
  tensor.set_tensor_content("\xfe\xff");
  EXPECT_EQ(number_in(tensor), -2);
  tensor.set_tensor_content(std::string("\xfe\xff\x00", 3));
  EXPECT_EQ(number_in(tensor), std::nullopt);
  tensor = tensor_of(proto::DT_BFLOAT16);
  tensor.set_tensor_content(std::string("\x80\x3f", 2));
  EXPECT_EQ(number_in(tensor), 1);
}

TEST(ScalarFromTensor, TakesShapesOfOneElementOnly) {
  proto::TensorProto tensor = tensor_of(proto::DT_FLOAT);
  tensor.add_float_val(2);
  tensor.mutable_tensor_shape()->add_dim()->set_size(1);
  EXPECT_EQ(number_in(tensor), 2);
  tensor.mutable_tensor_shape()->add_dim()->set_size(std::int64_t{1} << 40);
  EXPECT_EQ(number_in(tensor), std::nullopt);
  tensor.mutable_tensor_shape()->mutable_dim(1)->set_size(0);
  EXPECT_EQ(number_in(tensor), std::nullopt);
}

TEST(ScalarFromTensor, FindsNoNumberInTexts) {
  proto::TensorProto tensor = tensor_of(proto::DT_STRING);
  tensor.add_string_val("1");
  EXPECT_EQ(number_in(tensor), std::nullopt);
  EXPECT_EQ(scalar_from_tensor("\x08"), std::nullopt);
}

}  // namespace
}  // namespace opscope::summary
