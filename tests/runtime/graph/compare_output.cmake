# cmake -DPROGRAM=... -DARGUMENT=... -DEXPECTED=... -P compare_output.cmake
# Fails when what the program prints differs from the file.
execute_process(COMMAND ${PROGRAM} ${ARGUMENT} OUTPUT_VARIABLE output ERROR_VARIABLE error
                RESULT_VARIABLE result)
file(READ ${EXPECTED} expected)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "exit code ${result}: ${error}")
endif()
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "printed:\n${output}\nexpected:\n${expected}")
endif()
