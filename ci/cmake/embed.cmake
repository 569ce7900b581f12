# embed: a file as a character array in a program.
#
#   embed_file(TARGET FILE SYMBOL)   adds `const char SYMBOL[]` with the text of FILE, ended by a 0, to
#                                    TARGET; FILE is relative to the current source directory.
#
# With cmake -P it is the step of the build that writes the array.
if(CMAKE_SCRIPT_MODE_FILE)
    file(READ "${IN}" hex HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    file(WRITE "${OUT}.new" "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {\n${hex}0};\n")
    file(RENAME "${OUT}.new" "${OUT}")
    return()
endif()

set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(embed_file target file symbol)
    set(in ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
    add_custom_command(OUTPUT ${out}
                       COMMAND ${CMAKE_COMMAND} -DIN=${in} -DOUT=${out} -DSYMBOL=${symbol}
                               -P ${EMBED_SCRIPT}
                       DEPENDS ${in} ${EMBED_SCRIPT}
                       COMMENT "Embedding ${file}" VERBATIM)
    target_sources(${target} PRIVATE ${out})
endfunction()
