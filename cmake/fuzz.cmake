# elevator_fuzzer(NAME SOURCES files... LINK libraries...): one libFuzzer binary, bin/NAME_fuzz.
# Its kept corpus is tests/fuzz/corpus/NAME. Presets without ELEVATOR_FUZZ leave it out.
if(ELEVATOR_FUZZ)
  add_custom_target(fuzzers)
endif()

function(elevator_fuzzer name)
  if(NOT ELEVATOR_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name}_fuzz ${ARG_SOURCES})
  target_include_directories(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name}_fuzz PRIVATE ${ARG_LINK})
  target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers ${name}_fuzz)
endfunction()
