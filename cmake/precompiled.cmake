# What most files of the libraries include is compiled once: a library then takes a third less CPU time. Only headers from
# outside, so that caches serve every checkout. GCC only: Clang's are bound to dates of files. Not for targets with -f
# options of their own (models, charlm): GCC 12 then fails with "unrecognizable insn".
option(VOLLEY_PRECOMPILED "Precompile the headers that most files include (GCC)" ON)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(VOLLEY_PRECOMPILED OFF)
endif()
if(VOLLEY_PRECOMPILED)
  add_library(volley_library_headers OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(volley_library_headers PRIVATE volley::options absl::statusor absl::str_format)
  target_precompile_headers(volley_library_headers PRIVATE
    <algorithm> <array> <cmath> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view> <utility>
    <vector> <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
    <absl/strings/str_join.h>)
endif()

# GCC takes precompiled headers for our own and warns of overlaps in every `"text" + std::string` there (bug 105651).
function(volley_precompiled target)
  if(VOLLEY_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM volley_library_headers)
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endfunction()
