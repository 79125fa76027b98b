list(APPEND runtime_headers
    include/opscope/runtime/checkpoint.h
    include/opscope/runtime/saved_model.h)
list(APPEND runtime_sources
    src/saved_model/body_import.cc
    src/saved_model/bundle_values.cc
    src/saved_model/checkpoint.cc
    src/saved_model/checkpoint_functions.cc
    src/saved_model/checkpoint_keys.cc
    src/saved_model/checkpoint_state.cc
    src/saved_model/function_import.cc
    src/saved_model/load.cc
    src/saved_model/loaded_state.cc
    src/saved_model/model_builder.cc
    src/saved_model/model_folder.cc
    src/saved_model/object_tree.cc
    src/saved_model/op_list.cc
    src/saved_model/save.cc
    src/saved_model/signature_reading.cc
    src/saved_model/structured_values.cc)
