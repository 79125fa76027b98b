#include "model/file_bytes.h"
#include "model/graph_text.h"
#include "model/logdir.h"

namespace opscope::viewer {

Result<GraphBytes> load_graph(const GraphSource& source) {
  Result<std::string> bytes = read_file_range(source.file, source.offset, source.size);
  if (!bytes) return bytes.error();
  if (source.is_text) {
    bytes = graph_def_from_text(*bytes);
    if (!bytes) {
      return Error(ErrorCode::data_loss,
                   source.file + " is no text-format GraphDef: " + bytes.error().what());
    }
  }
  return GraphBytes{source.kind, std::move(*bytes)};
}

Result<std::string> load_run_metadata(const RunMetadataSource& source) {
  return read_file_range(source.file, source.offset, source.size);
}

}  // namespace opscope::viewer
