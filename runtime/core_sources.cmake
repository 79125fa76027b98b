list(APPEND runtime_headers
    include/opscope/runtime/dtype.h
    include/opscope/runtime/shape.h)
list(APPEND runtime_sources
    src/core/dtype.cc
    src/core/shape.cc)
