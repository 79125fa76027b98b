# The one place for warnings, sanitizers, installation and test registration.

set(OPSCOPE_WARNINGS
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wmissing-declarations)

function(opscope_compile_options target)
  target_compile_options(${target} PRIVATE
      $<$<COMPILE_LANGUAGE:CXX>:${OPSCOPE_WARNINGS}> $<$<BOOL:${OPSCOPE_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports designated initializers that leave members at their defaults and, where it
    # optimises, concatenations of std::string as overlapping copies (its bug 105651).
    target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>
        $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<CONFIG:Debug>>>:-Wno-restrict>)
  endif()
  opscope_sanitize(${target})
endfunction()

function(opscope_sanitize target)
  if(OPSCOPE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${OPSCOPE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${OPSCOPE_SANITIZE})
    if(OPSCOPE_SANITIZE MATCHES "undefined")
      target_compile_options(${target} PRIVATE -fno-sanitize-recover=undefined)
    endif()
  endif()
  if(OPSCOPE_BUILD_FUZZERS)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# opscope_library(name SOURCES ... HEADERS ... LINK ... [PRIVATE_LINK ...] [BASE dir] [INTERNAL])
# Makes the target opscope_<name> with the alias opscope::<name>. HEADERS are its public headers
# below BASE (default: include/); each must compile alone. INTERNAL libraries are not installed.
function(opscope_library name)
  cmake_parse_arguments(ARG "INTERNAL" "BASE" "SOURCES;HEADERS;LINK;PRIVATE_LINK" ${ARGN})
  if(NOT ARG_BASE)
    set(ARG_BASE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  endif()
  set(target opscope_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(opscope::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${ARG_BASE} FILES ${ARG_HEADERS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
  opscope_compile_options(${target})
  if(OPSCOPE_INSTALL AND NOT ARG_INTERNAL)
    install(TARGETS ${target} EXPORT opscope-targets FILE_SET HEADERS)
  endif()
endfunction()

# opscope_test(name SOURCES ... LINK ... [LABELS ...]): one GoogleTest program, its tests
# registered one by one. Tests find their data through OPSCOPE_TESTDATA and OPSCOPE_SHARED.
function(opscope_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
      OPSCOPE_TESTDATA="${PROJECT_SOURCE_DIR}/tests/testdata"
      OPSCOPE_SHARED="${PROJECT_SOURCE_DIR}/../shared"
      OPSCOPE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  opscope_compile_options(${name})
  set(properties TIMEOUT 300)
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()

function(opscope_install_package)
  include(CMakePackageConfigHelpers)
  set(dir ${CMAKE_INSTALL_LIBDIR}/cmake/opscope)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/opscope-config.cmake.in
      ${PROJECT_BINARY_DIR}/opscope-config.cmake INSTALL_DESTINATION ${dir})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/opscope-config-version.cmake
      COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/opscope-config.cmake
                ${PROJECT_BINARY_DIR}/opscope-config-version.cmake DESTINATION ${dir})
  install(EXPORT opscope-targets NAMESPACE opscope:: DESTINATION ${dir})
endfunction()
