# Sources and headers of the graph hierarchy and layout.
set(graph_sources)
set(graph_headers
    graph_labels.h
    graph_layout.h
    graph_model.h
    layout/layered.h)
