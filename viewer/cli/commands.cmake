# The commands that need no window.
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
opscope_library(viewer_cli INTERNAL
    BASE ${PROJECT_SOURCE_DIR}/viewer
    SOURCES
        check.cc
        check_report.cc
        checkpoint_document.cc
        command_support.cc
        companion.cc
        diff_command.cc
        diff_graph.cc
        diff_profile.cc
        diff_scalars.cc
        diff_signatures.cc
        export.cc
        export_writers.cc
        function_text.cc
        inspect.cc
        inspect_document.cc
        inspect_text.cc
        profile_argument.cc
        python_text.cc
        restored_names.cc
        saved_model_text.cc
        show.cc
        stats.cc
        tensor_numbers.cc
    HEADERS
        commands.h
    LINK opscope::viewer_model opscope::saved_model
    PRIVATE_LINK nlohmann_json::nlohmann_json CLI11::CLI11)
