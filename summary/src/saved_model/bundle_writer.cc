#include "opscope/saved_model/bundle_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>

#include "opscope/error.h"
#include "opscope/saved_model/bundle_entry.h"
#include "saved_model/bundle_slices.h"
#include "saved_model/entry_codec.h"
#include "saved_model/output_stream.h"
#include "saved_model/string_tensor.h"
#include "saved_model/table_writer.h"

namespace opscope::saved_model {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

void rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw error_from_errno(errno, "rename to", to);
}

}  // namespace

struct BundleWriter::State {
  explicit State(const std::string& of_prefix)
      : prefix(of_prefix),
        data_path(prefix + ".data-00000-of-00001"),
        index_path(prefix + ".index"),
        suffix(".part" + std::to_string(::getpid())),
        data(data_path + suffix) {}

  ~State() {
    if (is_finished) return;
    static_cast<void>(::unlink((data_path + suffix).c_str()));
    static_cast<void>(::unlink((index_path + suffix).c_str()));
  }

  BundleEntry begin(std::string_view name, int data_type, std::span<const std::int64_t> shape) {
    if (name.empty() || name.front() == '\0' || entries.contains(std::string(name))) {
      throw Error(ErrorCode::invalid_argument,
                  prefix + ": the tensor name '" + std::string(name) + "' is taken or none at all");
    }
    BundleEntry entry;
    entry.data_type = data_type;
    entry.shape.assign(shape.begin(), shape.end());
    entry.offset_bytes = data.size_bytes();
    return entry;
  }

  void end(std::string_view name, BundleEntry entry, std::uint32_t crc) {
    entry.size_bytes = data.size_bytes() - entry.offset_bytes;
    entry.crc = summary::mask_crc(crc);
    entries.emplace(name, std::move(entry));
  }

  void write_index(bool is_durable) {
    TableWriter table;
    table.add("", encode_header());
    for (const auto& [name, entry] : entries) table.add(name, encode_entry(entry));
    OutputStream index(index_path + suffix);
    index.write(table.finish());
    index.close(is_durable);
  }

  std::string prefix;
  std::string data_path;
  std::string index_path;
  std::string suffix;  // of files that are not finished
  OutputStream data;
  std::map<std::string, BundleEntry> entries;
  bool is_finished = false;
};

BundleWriter::BundleWriter(const std::string& prefix) : state_(std::make_unique<State>(prefix)) {}
BundleWriter::~BundleWriter() = default;

void BundleWriter::add(std::string_view name, int data_type, std::span<const std::int64_t> shape,
                       std::string_view bytes) {
  BundleEntry entry = state_->begin(name, data_type, shape);
  const std::size_t element = data_type_size(data_type);
  const std::optional<std::size_t> count = element_count(entry.shape);
  if (element == 0 || !count || bytes.size() % element != 0 || bytes.size() / element != *count) {
    throw Error(ErrorCode::invalid_argument,
                state_->prefix + ": tensor '" + std::string(name) + "' of the data type " +
                    std::to_string(data_type) + " and shape " + shape_text(entry.shape) +
                    " cannot have " + std::to_string(bytes.size()) + " bytes");
  }
  std::uint32_t crc = 0;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    crc = summary::crc32c_extend(crc, piece);
    state_->data.write(piece);
    bytes.remove_prefix(piece.size());
  }
  state_->end(name, std::move(entry), crc);
}

void BundleWriter::add_strings(std::string_view name, std::span<const std::int64_t> shape,
                               std::span<const std::string> values) {
  BundleEntry entry = state_->begin(name, kDataTypeString, shape);
  if (element_count(entry.shape) != values.size()) {
    throw Error(ErrorCode::invalid_argument, state_->prefix + ": tensor '" + std::string(name) +
                                                 "' of the shape " + shape_text(entry.shape) +
                                                 " cannot have " + std::to_string(values.size()) +
                                                 " strings");
  }
  const EncodedLengths lengths = encode_lengths(values);
  std::uint32_t crc = lengths.crc;
  state_->data.write(lengths.bytes);
  for (const std::string& value : values) {
    crc = summary::crc32c_extend(crc, value);
    state_->data.write(value);
  }
  state_->end(name, std::move(entry), crc);
}

void BundleWriter::finish(bool is_durable) {
  state_->data.close(is_durable);
  state_->write_index(is_durable);
  rename_file(state_->data_path + state_->suffix, state_->data_path);
  rename_file(state_->index_path + state_->suffix, state_->index_path);
  state_->is_finished = true;
}

}  // namespace opscope::saved_model
