find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
opscope_library(viewer_tensorboard INTERNAL
    BASE ${PROJECT_SOURCE_DIR}/viewer
    SOURCES tensorboard.cc tensorboard_instance.cc tensorboard_process.cc
    HEADERS tensorboard.h tensorboard_instance.h tensorboard_process.h
    LINK opscope::summary
    PRIVATE_LINK nlohmann_json::nlohmann_json CLI11::CLI11)
