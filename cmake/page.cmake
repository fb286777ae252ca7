# elevator_page(TARGET FOLDER): builds the page in FOLDER with npm and Vite and compiles it into
# TARGET (src/sandbox/assets.h). Where that is not possible TARGET gets no assets and says why; the
# build goes on. Presets without ELEVATOR_PAGE do not try.
option(ELEVATOR_PAGE "build the page of the demo and put it into the executable" OFF)

function(elevator_page target folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/assets.cc)
  set(script ${CMAKE_SOURCE_DIR}/cmake/build_page.cmake)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/src/* ${folder}/public/*)
  file(GLOB more CONFIGURE_DEPENDS ${folder}/*.json ${folder}/*.ts ${folder}/*.html)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D PAGE=${folder} -D WORK=${CMAKE_BINARY_DIR}/page -D OUTPUT=${output}
            -D ENABLED=${ELEVATOR_PAGE} -P ${script}
    DEPENDS ${sources} ${more} ${script}
    COMMENT "Building the page of the demo" VERBATIM)
  set_source_files_properties(${output} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${output})
endfunction()
