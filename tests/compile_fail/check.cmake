# The compiler must refuse `source` with a message that matches the regular expression in its first line,
#     // expect: <regex>
set(ENV{LC_ALL} C)
list(TRANSFORM includes PREPEND -I)
set(compile ${compiler} -std=c++20 -fsyntax-only ${includes})

file(STRINGS ${source} expected LIMIT_COUNT 1)
if(NOT expected MATCHES "^// expect: (.+)$")
    message(FATAL_ERROR "${source}: the first line is not \"// expect: <regex>\"")
endif()
set(expected "${CMAKE_MATCH_1}")

execute_process(COMMAND ${compile} ${source} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(status EQUAL 0)
    message(FATAL_ERROR "${source}: compiled, but should have been refused")
endif()
if(NOT errors MATCHES "${expected}")
    message(FATAL_ERROR "${source}: no message matches \"${expected}\"\n${errors}")
endif()
