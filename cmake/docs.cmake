# The target `docs`: the pages of docs/ and the reference of all public names as one site, <build>/docs/html/index.html.
# Made by Doxygen where it is installed, in the dress of doxygen-awesome-css where that is. A warning is an error.
find_package(Doxygen QUIET)
if(NOT TARGET Doxygen::doxygen)
    message(STATUS "latent: no target docs, for CMake finds no Doxygen here")
    return()
endif()

set(front_page README.md)
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/index.md)
    set(front_page docs/index.md)
endif()

set(copied LICENSE docs/CITATION.cff docs/model.schema.json)  # pages may link to them

set(DOXYGEN_OUTPUT_DIRECTORY docs)
set(DOXYGEN_USE_MDFILE_AS_MAINPAGE ${front_page})
set(DOXYGEN_FILE_PATTERNS *.hpp *.md)
string(REPLACE ";" "," copied_list "${copied}")
set(DOXYGEN_FILTER_PATTERNS
    "\"*.hpp=awk -f ${PROJECT_SOURCE_DIR}/cmake/docs/comments.awk\""
    "\"*.md=awk -v front=${front_page} -v copied=${copied_list} -f ${PROJECT_SOURCE_DIR}/cmake/docs/pages.awk\"")
set(DOXYGEN_HTML_EXTRA_FILES ${copied})
set(DOXYGEN_ALIASES "\"header=@file^^\"")
set(DOXYGEN_EXCLUDE_SYMBOLS latent::detail latent::detail::*)
set(DOXYGEN_IMAGE_PATH docs docs/gallery)
set(DOXYGEN_STRIP_FROM_INC_PATH include)
set(DOXYGEN_PREDEFINED "\"LATENT_INSTANTIATE(...)=\"")
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_EXPAND_ONLY_PREDEF YES)
set(DOXYGEN_BUILTIN_STL_SUPPORT YES)
set(DOXYGEN_JAVADOC_AUTOBRIEF YES)
set(DOXYGEN_HIDE_FRIEND_COMPOUNDS YES)
set(DOXYGEN_CLASS_GRAPH TEXT)
set(DOXYGEN_HAVE_DOT NO)
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_WARN_IF_UNDOCUMENTED NO)  # members that a contract of core/concepts.hpp explains say nothing themselves
set(DOXYGEN_QUIET YES)

set(DOXYGEN_GENERATE_TREEVIEW YES)
find_path(LATENT_DOCS_THEME doxygen-awesome.css PATH_SUFFIXES share/doxygen-awesome-css)
mark_as_advanced(LATENT_DOCS_THEME)
if(LATENT_DOCS_THEME)
    set(DOXYGEN_HTML_EXTRA_STYLESHEET
        ${LATENT_DOCS_THEME}/doxygen-awesome.css ${LATENT_DOCS_THEME}/doxygen-awesome-sidebar-only.css)
endif()

doxygen_add_docs(docs README.md docs include/latent COMMENT "Documentation: ${PROJECT_BINARY_DIR}/docs/html/index.html")
