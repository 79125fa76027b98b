# Tests that other projects can use the libraries. Eigen and Dear ImGui are hidden from those that
# must do without.
set(consumer_prefix ${CMAKE_CURRENT_BINARY_DIR}/installed)
add_test(NAME Consumer.Install
    COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${consumer_prefix})
set_tests_properties(Consumer.Install PROPERTIES FIXTURES_SETUP installed LABELS "project;consumer")

# consumer_test(name part OPTIONS...): configures, builds and runs one.
function(consumer_test name part)
  set(options -DPART=${part} -DCMAKE_BUILD_TYPE=None)
  if(NOT part STREQUAL "runtime")
    foreach(package Eigen3 imgui glfw3 EGL)
      list(APPEND options -DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
    endforeach()
  endif()
  if(OPSCOPE_CCACHE)
    list(APPEND options -DCMAKE_CXX_COMPILER_LAUNCHER=${OPSCOPE_CCACHE})
  endif()
  set(build ${CMAKE_CURRENT_BINARY_DIR}/${name})
  add_test(NAME Consumer.${name}
      COMMAND ${CMAKE_CTEST_COMMAND}
          --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/consumer ${build}
          --build-generator ${CMAKE_GENERATOR} --build-target consumer
          --build-options ${options} ${ARGN}
          --test-command ${build}/consumer ${build}/logs)
  set_tests_properties(Consumer.${name} PROPERTIES LABELS "project;consumer" TIMEOUT 900)
endfunction()

foreach(part summary profiler runtime)
  if(part STREQUAL "runtime" AND NOT OPSCOPE_BUILD_RUNTIME)
    continue()
  endif()
  consumer_test(${part}_by_find_package ${part} -DCMAKE_PREFIX_PATH=${consumer_prefix})
  set_tests_properties(Consumer.${part}_by_find_package PROPERTIES FIXTURES_REQUIRED installed)
endforeach()
consumer_test(summary_by_add_subdirectory summary -DOPSCOPE_SOURCE=${PROJECT_SOURCE_DIR})
set_tests_properties(Consumer.summary_by_add_subdirectory PROPERTIES PROCESSORS 2)
