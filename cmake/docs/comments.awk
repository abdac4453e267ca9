# What Doxygen reads in place of a header, line by line: its comments, said in Doxygen's words. The code stays as it is.
#   The comment that a header begins with is the documentation of the file.
#   A class's sections, `// -------- title` and the comment below it, are groups of members.
#   Lines set in by two spaces more, a table or a formula, stay as they were set, but for those of a list's item.
FNR == 1 { head = 1 }
{ line = $0 }

head && !/^\/\// { head = 0 }
head { sub(/^\/\//, FNR == 1 ? "/// @header" : "///", line) }

/^    \/\/ ---+ / {
    sub(/\/\/ -+ /, "/// @name ", line)
    line = (section ? "/** @} */" : "") line
    section = title = 1
}
title && /^    \/\/ [^-]/ { sub(/\/\//, "///", line) }
title && !/^    \/\/ / {
    line = "/** @{ */" line
    title = 0
}
section && /^(  (public|protected|private):|};)/ {
    line = "/** @} */" line
    section = 0
}

# Doxygen 1.9.4 takes the end of `means() const requires Types::means {` for the name of a member.
{ sub(/ requires Types::[a-z_]+ \{/, " {", line) }

{
    item = /^ *\/\/\/ \* / || (item && /^ *\/\/\/   /)
    set = !item && /^ *\/\/\/   / && (was_set || !/^ *\/\/\/ *`/)
    if (set) {
        gsub(/&/, "\\&amp;", line)
        gsub(/</, "\\&lt;", line)
        gsub(/>/, "\\&gt;", line)
        if (!was_set) sub(/\/\/\/ /, "/// <pre class=\"fragment\">", line)
    }
    if (FNR > 1) print previous (was_set && !set ? "</pre>" : "")
    was_set = set
    previous = line
}
END { print previous (was_set ? "</pre>" : "") }
