# Every third-party library, from Debian's packages by name. One list for people and for ./run:
# cmake/packages.txt names the packages.
if(ELEVATOR_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
find_package(Boost 1.81.0 CONFIG REQUIRED COMPONENTS json url context)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)

# Debian ships no libfmt.a, and the package's own CMake file cannot be used when cross compiling.
add_library(elevator_fmt INTERFACE)
target_compile_definitions(elevator_fmt INTERFACE FMT_HEADER_ONLY)

find_library(RE2_LIBRARY re2 REQUIRED)
find_library(YAML_CPP_LIBRARY yaml-cpp REQUIRED)
find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
