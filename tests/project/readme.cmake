# The C++ examples of README.md compile, without a warning, and run.

# readme_example(number target...): the N-th C++ block, linked to these libraries.
function(readme_example number)
  set(name readme_example_${number})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  add_custom_command(OUTPUT ${source}
      COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/readme/extract_example.py
              ${PROJECT_SOURCE_DIR}/README.md ${number} ${source}
      DEPENDS ${PROJECT_SOURCE_DIR}/README.md readme/extract_example.py VERBATIM)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${ARGN})
  opscope_compile_options(${name})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}_runs)
  file(MAKE_DIRECTORY ${folder})
  add_test(NAME Readme.Example${number}Runs COMMAND ${name} WORKING_DIRECTORY ${folder})
  set_tests_properties(Readme.Example${number}Runs PROPERTIES LABELS project)
endfunction()

if(OPSCOPE_BUILD_RUNTIME)
  readme_example(1 opscope::runtime opscope::summary)
endif()
readme_example(2 opscope::summary opscope::profiler)
