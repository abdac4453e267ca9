# Runs `command`, which must end with exit status 2 and write a line that matches `message` on the error stream.
execute_process(COMMAND ${command} RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE errors)
if(NOT status EQUAL 2 OR NOT errors MATCHES "${message}")
    message(FATAL_ERROR "exit status ${status}, expected 2; \"${message}\" is sought in\n${errors}")
endif()
