# TensorFlow's checkpoints and SavedModels as data: below the runtime, which runs them, and the
# viewer, which shows them.
opscope_library(saved_model
    SOURCES
        src/saved_model/bundle_entry.cc
        src/saved_model/bundle_reader.cc
        src/saved_model/bundle_slices.cc
        src/saved_model/bundle_writer.cc
        src/saved_model/data_file.cc
        src/saved_model/entry_codec.cc
        src/saved_model/model_graph.cc
        src/saved_model/output_stream.cc
        src/saved_model/string_tensor.cc
        src/saved_model/table_reader.cc
        src/saved_model/table_writer.cc
    HEADERS
        include/opscope/saved_model/bundle_entry.h
        include/opscope/saved_model/bundle_reader.h
        include/opscope/saved_model/bundle_writer.h
        include/opscope/saved_model/model_graph.h
    LINK opscope::summary)
