// Renaming library functions wherever a graph refers to them.
#pragma once

#include <map>
#include <string>

#include "opscope/proto/graph.pb.h"

namespace opscope::summary {

// Old name to new name.
using FunctionRenames = std::map<std::string, std::string, std::less<>>;

void rename_functions(const FunctionRenames& renames, proto::NodeDef& node);
void rename_functions(const FunctionRenames& renames, proto::FunctionDef& function);

// Which functions of `library` need a new name so that it can join `merged`: those that have the
// name of a different function there. A function that calls a renamed one is different, too.
FunctionRenames find_renames(const proto::FunctionDefLibrary& library,
                             const proto::FunctionDefLibrary& merged);

// Adds what `merged` does not have yet, under the new names.
void add_library(const proto::FunctionDefLibrary& library, const FunctionRenames& renames,
                 proto::FunctionDefLibrary& merged);

}  // namespace opscope::summary
