#include "saved_model/entry_codec.h"

#include "opscope/proto/tensor_bundle.pb.h"
#include "wire.h"

namespace opscope::saved_model {
namespace {

using summary::wire::FieldReader;

// Calls take(field) for each field; false when the message is damaged.
template <typename Take>
bool each_field(std::string_view message, Take&& take) {
  FieldReader reader(message);
  while (const auto field = reader.next()) {
    if (!take(*field)) return false;
  }
  return !reader.is_damaged();
}

// tensor_shape.proto: dim = 2 {size = 1}. An unknown rank becomes one dimension of -1.
bool decode_shape(std::string_view message, std::vector<std::int64_t>& shape) {
  return each_field(message, [&](const auto& field) {
    if (field.number == 3 && field.number_value != 0) shape.push_back(-1);
    if (field.number != 2) return true;
    shape.push_back(0);
    return each_field(field.bytes, [&](const auto& dim) {
      if (dim.number == 1) shape.back() = static_cast<std::int64_t>(dim.number_value);
      return true;
    });
  });
}

// tensor_slice.proto: extent = 1 {start = 1, length = 2}; no length: the whole dimension.
bool decode_slice(std::string_view message, TensorSlice& slice) {
  return each_field(message, [&](const auto& field) {
    if (field.number != 1) return true;
    slice.emplace_back();
    return each_field(field.bytes, [&](const auto& extent) {
      if (extent.number == 1) slice.back().start = static_cast<std::int64_t>(extent.number_value);
      if (extent.number == 2) slice.back().length = static_cast<std::int64_t>(extent.number_value);
      return true;
    });
  });
}

bool take_entry_field(const summary::wire::Field& field, BundleEntry& entry) {
  switch (field.number) {
    case proto::BundleEntryProto::kDtypeFieldNumber:
      entry.data_type = static_cast<int>(field.number_value);
      return true;
    case proto::BundleEntryProto::kShapeFieldNumber:
      return decode_shape(field.bytes, entry.shape);
    case proto::BundleEntryProto::kShardIdFieldNumber:
      entry.shard = static_cast<std::int32_t>(field.number_value);
      return true;
    case proto::BundleEntryProto::kOffsetFieldNumber:
      entry.offset_bytes = field.number_value;
      return true;
    case proto::BundleEntryProto::kSizeFieldNumber:
      entry.size_bytes = field.number_value;
      return true;
    case proto::BundleEntryProto::kCrc32CFieldNumber:
      entry.crc = static_cast<summary::MaskedCrc>(field.number_value);
      return true;
    case proto::BundleEntryProto::kSlicesFieldNumber:
      entry.slices.emplace_back();
      return decode_slice(field.bytes, entry.slices.back());
    default:
      return true;
  }
}

}  // namespace

std::optional<BundleHeader> decode_header(std::string_view bytes) {
  BundleHeader header;
  const bool is_whole = each_field(bytes, [&](const auto& field) {
    if (field.number == proto::BundleHeaderProto::kNumShardsFieldNumber) {
      header.num_shards = static_cast<std::int64_t>(field.number_value);
    } else if (field.number == proto::BundleHeaderProto::kEndiannessFieldNumber) {
      header.is_big_endian = field.number_value != 0;
    } else if (field.number == proto::BundleHeaderProto::kVersionFieldNumber) {
      return each_field(field.bytes, [&](const auto& version) {
        if (version.number == 2) {
          header.min_consumer = static_cast<std::int64_t>(version.number_value);
        }
        return true;
      });
    }
    return true;
  });
  return is_whole ? std::optional(header) : std::nullopt;
}

std::optional<BundleEntry> decode_entry(std::string_view bytes) {
  BundleEntry entry;
  const bool is_whole =
      each_field(bytes, [&](const auto& field) { return take_entry_field(field, entry); });
  return is_whole ? std::optional(std::move(entry)) : std::nullopt;
}

std::string encode_header() {
  proto::BundleHeaderProto header;
  header.set_num_shards(1);
  header.mutable_version()->set_producer(static_cast<std::int32_t>(kBundleVersion));
  return header.SerializeAsString();
}

std::string encode_entry(const BundleEntry& entry) {
  proto::BundleEntryProto message;
  message.set_dtype(static_cast<proto::DataType>(entry.data_type));
  message.mutable_shape();  // a scalar's is there, and empty
  for (const std::int64_t size : entry.shape) message.mutable_shape()->add_dim()->set_size(size);
  message.set_shard_id(entry.shard);
  message.set_offset(static_cast<std::int64_t>(entry.offset_bytes));
  message.set_size(static_cast<std::int64_t>(entry.size_bytes));
  message.set_crc32c(static_cast<std::uint32_t>(entry.crc));
  return message.SerializeAsString();
}

}  // namespace opscope::saved_model
