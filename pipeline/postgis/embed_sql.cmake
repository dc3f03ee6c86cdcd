# Writes the migrations as C++: each file of schema/sql one entry of a table, in the order of their names.
# embed_sql(OUTPUT file.cc FILES …) at configure time; a changed file configures again.
function(embed_sql)
  cmake_parse_arguments(E "" "OUTPUT" "FILES" ${ARGN})
  set(entries "")
  foreach(file IN LISTS E_FILES)
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
    endif()
    math(EXPR version "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} sql)
    string(APPEND entries "    {${version}, \"${name}\", R\"migration(${sql})migration\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(text "// Made by pipeline/postgis/embed_sql.cmake from schema/sql.
#include \"pipeline/postgis/migrations.h\"

namespace rastro::postgis {

std::span<const Migration> migrations() {
  static constexpr Migration kMigrations[] = {
${entries}  };
  return kMigrations;
}

}  // namespace rastro::postgis
")
  file(CONFIGURE OUTPUT ${E_OUTPUT} CONTENT "${text}" @ONLY)
endfunction()
