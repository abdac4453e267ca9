# What other projects fetch, as one archive its files in one order and of one time, and its hash:
#     cmake -D out=latent.tar.xz -P cmake/archive.cmake
cmake_minimum_required(VERSION 3.22)
get_filename_component(out ${out} ABSOLUTE)
file(GLOB_RECURSE files RELATIVE ${CMAKE_CURRENT_LIST_DIR}/.. ${CMAKE_CURRENT_LIST_DIR}/../include/*.hpp
    ${CMAKE_CURRENT_LIST_DIR}/../cmake/*)
list(APPEND files CMakeLists.txt CMakePresets.json LICENSE README.md)
list(SORT files)
execute_process(COMMAND ${CMAKE_COMMAND} -E tar cJf ${out} --format=gnutar "--mtime=2000-01-01 00:00:00" ${files}
    WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/.. COMMAND_ERROR_IS_FATAL ANY)
file(SHA256 ${out} hash)
message(STATUS "${out}: SHA256=${hash}")
file(WRITE ${out}.sha256 ${hash})
