// Values of variables to and from a tensor bundle.
#pragma once

#include "core/tensor_rep.h"
#include "opscope/result.h"
#include "opscope/saved_model/bundle_reader.h"
#include "opscope/saved_model/bundle_writer.h"
#include "saved_model/object_tree.h"

namespace opscope::runtime {

// Writes the tree's variables and its object graph.
void write_variables(const ObjectTree& tree, saved_model::BundleWriter& writer);
void write_value(saved_model::BundleWriter& writer, const std::string& key, const TensorRep& value);

// The tensor of an entry. Fails as BundleReader does; with unimplemented for a type that no tensor
// here has.
[[nodiscard]] Result<Ref<TensorRep>> read_value(const saved_model::BundleReader& reader,
                                                const saved_model::BundleEntry& entry);

}  // namespace opscope::runtime
