# Text files as C++ string constants, so that the program needs no files beside it.
#
#   volley_embed(<target> <name> <file>...)
#
# adds to <target> a source that defines, in namespace volley::embedded,
#   std::span<const std::pair<std::string_view, std::string_view>> <name>();     // (file name without ending, text)
# Declare that function where it is used. Also a script: cmake -DOUT= -DNAME= -DFILES= -P embed.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  set(body "#include <array>\n#include <span>\n#include <string_view>\n#include <utility>\n\n")
  string(APPEND body "namespace volley::embedded {\nstd::span<const std::pair<std::string_view, std::string_view>> ${NAME}();\n\n")
  string(APPEND body "std::span<const std::pair<std::string_view, std::string_view>> ${NAME}() {\n")
  list(LENGTH FILES count)
  string(APPEND body "  static constexpr std::array<std::pair<std::string_view, std::string_view>, ${count}> kFiles{{\n")
  foreach(file IN LISTS FILES)
    get_filename_component(stem ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND body "      {\"${stem}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  string(APPEND body "  }};\n  return kFiles;\n}\n}  // namespace volley::embedded\n")
  file(WRITE ${OUT} "${body}")
  return()
endif()

set(VOLLEY_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(volley_embed target name)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  add_custom_command(OUTPUT ${out} DEPENDS ${files} ${VOLLEY_EMBED_SCRIPT} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} "-DFILES=${files}" -P ${VOLLEY_EMBED_SCRIPT})
  target_sources(${target} PRIVATE ${out})
endfunction()
