# Runs `command`, which must end with exit status `status` (2 where none is given) and write a line that matches `message` on
# the error stream.
if(NOT DEFINED status)
    set(status 2)
endif()
execute_process(COMMAND ${command} RESULT_VARIABLE found OUTPUT_QUIET ERROR_VARIABLE errors)
if(NOT found EQUAL status OR NOT errors MATCHES "${message}")
    message(FATAL_ERROR "exit status ${found}, expected ${status}; \"${message}\" is sought in\n${errors}")
endif()
