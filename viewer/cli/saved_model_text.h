// What saved_model_cli of TensorFlow 2.21 prints about a SavedModel. Sets and dicts, which it
// prints in an order that changes from run to run, come sorted.
#pragma once

#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include "opscope/proto/saved_model.pb.h"

namespace opscope::viewer {

// `show --dir D`
void print_tag_sets(std::ostream& out, const proto::SavedModel& model);
// `show --tag_set T`
void print_signature_keys(std::ostream& out, const proto::MetaGraphDef& meta);
// `show --tag_set T --signature_def S`, which must be in `meta`; `indent` in steps of two spaces.
void print_signature(std::ostream& out, const proto::SignatureDef& signature, int indent);
// `show --tag_set T --list_ops`
void print_ops(std::ostream& out, const proto::MetaGraphDef& meta);
// `show --all`
void print_everything(std::ostream& out, const proto::SavedModel& model);
// `scan`
void print_scan(std::ostream& out, const proto::MetaGraphDef& meta,
                const std::vector<std::string>& denied);

// The ops that the graph runs, also in the functions that it calls.
[[nodiscard]] std::set<std::string> used_ops(const proto::GraphDef& graph);

}  // namespace opscope::viewer
