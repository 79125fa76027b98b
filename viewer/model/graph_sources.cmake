# Sources and headers of the graph hierarchy and layout.
set(graph_sources)
set(graph_headers)
