# Compiler settings that hold for every target, and the few switches that presets set.
option(ELEVATOR_TESTS "build the tests" ON)
option(ELEVATOR_BENCH "build the benchmarks" OFF)
option(ELEVATOR_FUZZ "build the fuzzers, and the libraries so that they see coverage (Clang)" OFF)
# Several files of a library or a test in one translation unit: a third of the time of a cold
# build, but a changed file costs more. Names in anonymous namespaces then have to differ within a
# library; each test file has a namespace of its own.
option(ELEVATOR_UNITY "compile libraries and tests in few translation units" OFF)
option(ELEVATOR_STATIC "link one static-pie executable" OFF)
set(ELEVATOR_SANITIZE "" CACHE STRING "value of -fsanitize=, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
                    -Werror=switch -Werror=unused-result
                    # Designated initialisers name what matters and default the rest.
                    -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these two inside the standard library and Boost.
  add_compile_options(-Wno-error=maybe-uninitialized -Wno-restrict)
  if(ELEVATOR_UNITY)
    # A .cc that another one includes looks like a header to it.
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
if(ELEVATOR_SANITIZE)
  add_compile_options(-fsanitize=${ELEVATOR_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ELEVATOR_SANITIZE})
endif()
if(ELEVATOR_SANITIZE MATCHES "thread")
  # ThreadSanitizer does not see fences. Asio's own are not needed for ordering: its queues are
  # behind mutexes.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
if(ELEVATOR_STATIC)
  # The folder it was built in is not in what is shipped: the same sources, the same bytes.
  add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
  # What nobody calls does not go into the zip file.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-static-pie -Wl,--gc-sections)
endif()
