# elevator_library(NAME [OPTIMISED] DEPENDS libraries...): the folder is the library.
# Every *.cc of the folder (and below it) is compiled into elevator_NAME, every *_test.cc into
# the test binary NAME_test. A library sees only what it names: the include rule, enforced by
# the linker here and by tests/lint for headers. OPTIMISED is what the explorer runs millions of
# times; under a sanitizer everything else is compiled in half the time that optimising it takes.
function(elevator_library name)
  cmake_parse_arguments(ARG "OPTIMISED" "" "DEPENDS;LINK;TEST_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(test_sources ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER test_sources INCLUDE REGEX "_test\\.cc$")

  add_library(elevator_${name} STATIC ${sources})
  set_target_properties(elevator_${name} PROPERTIES
    UNITY_BUILD ${ELEVATOR_UNITY} UNITY_BUILD_BATCH_SIZE 12)
  if(ELEVATOR_SANITIZE AND NOT ARG_OPTIMISED)
    target_compile_options(elevator_${name} PRIVATE -O0)
  endif()
  if(ELEVATOR_FUZZ)
    target_compile_options(elevator_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  target_include_directories(elevator_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND elevator_)
  target_link_libraries(elevator_${name} PUBLIC ${ARG_DEPENDS} ${ARG_LINK} elevator_fmt)

  if(ELEVATOR_TESTS AND test_sources AND NOT CMAKE_CROSSCOMPILING)
    list(TRANSFORM ARG_TEST_DEPENDS PREPEND elevator_)
    elevator_test(${name}_test SOURCES ${test_sources}
                  LINK elevator_${name} ${ARG_TEST_DEPENDS})
  endif()
endfunction()

# What every doctest binary has: main(), and where the checkout lies. Compiled once.
if(ELEVATOR_TESTS AND NOT CMAKE_CROSSCOMPILING)
  add_library(elevator_doctest_main OBJECT
              ${CMAKE_SOURCE_DIR}/tests/support/doctest_main.cc
              ${CMAKE_SOURCE_DIR}/tests/support/folders.cc)
  target_include_directories(elevator_doctest_main PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(elevator_doctest_main PRIVATE
    ELEVATOR_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ELEVATOR_BINARY_DIR="${CMAKE_BINARY_DIR}")
endif()

# elevator_test(NAME SOURCES files... LINK libraries...): one doctest binary, registered with ctest.
function(elevator_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} $<TARGET_OBJECTS:elevator_doctest_main>)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  if(ELEVATOR_SANITIZE)
    # Optimising a test's own code costs more time than running it unoptimised: 12 s a file, not 7.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  set_target_properties(${name} PROPERTIES
    UNITY_BUILD ${ELEVATOR_UNITY} UNITY_BUILD_BATCH_SIZE 6)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} rapidcheck)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
