# What Doxygen reads in place of a page in Markdown, line by line: headings get the names by which GitHub knows them, and links to
# pages, headings and headers become references, so that one that leads nowhere is an error. `front` is the site's front page,
# `copied` are the other files that go with it.
BEGIN {
    front = page(front)
    count = split(copied, list, ",")
    for (i = 1; i <= count; ++i) at_hand[file(list[i])] = 1
}
function file(path) {
    sub(/^.*\//, "", path)
    return path
}
function page(path) {
    path = file(path == "" ? FILENAME : path)
    sub(/\.md$/, "", path)
    return path == front ? "index" : path
}
function is_picture(path, folder, line) {
    folder = FILENAME
    sub(/[^\/]*$/, "", folder)
    return path ~ /\.(svg|png)$/ && (getline line < (folder path)) >= 0
}
function heading(text) {
    text = tolower(text)
    gsub(/[^a-z0-9 _-]/, "", text)
    gsub(/ /, "-", text)
    return text
}
function target(link, parts) {
    if (link ~ /^[a-z]+:/) return link
    if (split(link, parts, "#") == 2) return "@ref " page(parts[1]) "_" parts[2]
    if (link ~ /\.md$/) return "@ref " page(link)
    if (sub(/^.*include\//, "", link)) return "@ref " link
    return file(link) in at_hand || is_picture(link) ? file(link) : "@ref " link
}
/^ *```/ { code = !code }
!code && /^#+ / {
    title = $0
    sub(/^#+ /, "", title)
    name = heading(title)
    if (times[name]++) name = name "-" times[name] - 1
    label = page("") (/^# / ? "" : "_" name)
    if (label != "index") $0 = $0 " {#" label "}"  # that one Doxygen gives itself
}
!code {
    rest = $0
    line = ""
    while (match(rest, /\]\([^) ]+\)/)) {
        line = line substr(rest, 1, RSTART + 1) target(substr(rest, RSTART + 2, RLENGTH - 3)) ")"
        rest = substr(rest, RSTART + RLENGTH)
    }
    $0 = line rest
}
{ print }
