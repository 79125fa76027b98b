#include "saved_model/bundle_values.h"

#include "opscope/error.h"

namespace opscope::runtime {

void write_value(saved_model::BundleWriter& writer, const std::string& key,
                 const TensorRep& value) {
  const std::span<const std::int64_t> dims = value.shape().dims();
  if (value.dtype() == DType::string) {
    writer.add_strings(key, dims, value.flat<std::string>());
    return;
  }
  writer.add(key, static_cast<int>(value.dtype()), dims,
             {static_cast<const char*>(value.raw_data()), value.size_bytes()});
}

void write_variables(const ObjectTree& tree, saved_model::BundleWriter& writer) {
  for (const int id : tree.variables()) {
    const SavedObject& object = tree.objects()[static_cast<std::size_t>(id)];
    const Ref<TensorRep> value = object.variable->state()->resource().read();
    if (!value) {
      throw Error(ErrorCode::failed_precondition,
                  "the variable " + object.variable->name() + " has no value to save");
    }
    write_value(writer, object.checkpoint_key, *value);
  }
  const std::string graph = tree.checkpoint_graph().SerializeAsString();
  writer.add_strings(kObjectGraphKey, {}, std::span(&graph, 1));
}

Result<Ref<TensorRep>> read_value(const saved_model::BundleReader& reader,
                                  const saved_model::BundleEntry& entry) {
  const auto dtype = static_cast<DType>(entry.data_type);
  const bool is_known = entry.data_type > 0 && entry.data_type < 256 &&
                        dtype_name(dtype) != "invalid" && element_size(dtype) != 0 &&
                        dtype != DType::resource && dtype != DType::variant;
  if (!is_known || entry.shape.size() > static_cast<std::size_t>(kMaxRank)) {
    return Error(ErrorCode::unimplemented, reader.prefix() + ".index: tensor '" + entry.name +
                                               "' has a data type or rank that is not known here");
  }
  if (dtype == DType::string) {
    Result<std::vector<std::string>> values = reader.read_strings(entry);
    if (!values) return values.error();
    Ref<TensorRep> rep = TensorRep::make(dtype, Shape(entry.shape));
    std::move(values->begin(), values->end(), rep->mutable_data<std::string>());
    return rep;
  }
  const Result<std::size_t> size = reader.checked_size(entry);
  if (!size) return size.error();
  Ref<TensorRep> rep = TensorRep::make(dtype, Shape(entry.shape));
  const Result<void> done =
      reader.read(entry, {static_cast<char*>(rep->mutable_raw_data()), *size});
  if (!done) return done.error();
  return rep;
}

}  // namespace opscope::runtime
