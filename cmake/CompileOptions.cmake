# Warnings, sanitizers and link-time optimisation for our own targets. The warnings are the ones that g++ 12
# and clang 14 both take without crying wolf. Sign conversion is left out: clang counts it to -Wconversion,
# g++ does not, and in a decoder of bytes it is mostly noise.
function(tracecheck_compile_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wold-style-cast -Wcast-qual
    -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wformat=2 -Wundef -Wimplicit-fallthrough)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees overlaps in "text" + std::string (its bug 105651) and unset characters in short strings
    # where there are none. clang and the sanitizers look for both, too.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-maybe-uninitialized)
  endif()
  if(TRACECHECK_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(TRACECHECK_LTO AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ else optimises again whatever it links of objects that could be, asked or not.
    target_link_options(${target} PRIVATE "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:INTERPROCEDURAL_OPTIMIZATION>>>:-fno-lto>")
  endif()
endfunction()

# For what is installed; tests link the same objects without it, which takes less time.
function(tracecheck_link_time_optimisation target)
  if(TRACECHECK_LTO)
    set_target_properties(${target} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endfunction()

if(TRACECHECK_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(LANGUAGES CXX)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Fat objects, so that the installed archive can be linked without LTO and by another compiler.
    set(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto=auto -ffat-lto-objects)
  endif()
endif()

# For every target, the linked ones too: a program is instrumented as a whole or not at all.
if(TRACECHECK_SANITIZE)
  add_compile_options(-fsanitize=${TRACECHECK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TRACECHECK_SANITIZE})
endif()
if(TRACECHECK_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)  # the C compiler may be another
endif()
