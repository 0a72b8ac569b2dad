# Run by the build: SOURCE_DIR (of the page's sources), OUTPUT. Puts style and scripts into page.html and writes that as
# C++. The page allows only this style and these scripts, by their hashes (Content-Security-Policy).

# base64 of a SHA-256: 3 hexadecimal digits are 2 characters, and one digit is left over.
function(base64_of_sha256 text result)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(SHA256 hash "${text}")
  set(coded "")
  foreach(i RANGE 0 60 3)
    string(SUBSTRING "${hash}" ${i} 3 digits)
    math(EXPR first "0x${digits} >> 6")
    math(EXPR second "0x${digits} & 63")
    string(SUBSTRING "${alphabet}" ${first} 1 first)
    string(SUBSTRING "${alphabet}" ${second} 1 second)
    string(APPEND coded "${first}${second}")
  endforeach()
  string(SUBSTRING "${hash}" 63 1 digit)
  math(EXPR last "0x${digit} << 2")
  string(SUBSTRING "${alphabet}" ${last} 1 last)
  set(${result} "${coded}${last}=" PARENT_SCOPE)
endfunction()

# Compilers need not take a literal of more than 64 KiB, so that each file is one.
function(literal text result)
  set(${result} "    R\"page(${text})page\",\n" PARENT_SCOPE)
endfunction()

set(script "")
set(script_pieces "")
foreach(name IN ITEMS data format theme summary ending timeline_model timeline_draw timeline search main)
  file(READ "${SOURCE_DIR}/${name}.js" text)
  string(APPEND script "${text}")
  literal("${text}" piece)
  string(APPEND script_pieces "${piece}")
endforeach()
file(READ "${SOURCE_DIR}/style.css" style)
literal("${style}" style_piece)
base64_of_sha256("${script}" script_hash)
base64_of_sha256("${style}" style_hash)

file(READ "${SOURCE_DIR}/page.html" page)
string(REPLACE "@SCRIPT_HASH@" "sha256-${script_hash}" page "${page}")
string(REPLACE "@STYLE_HASH@" "sha256-${style_hash}" page "${page}")

# page.html up to `mark`, as a literal, is taken off `page`.
macro(take_up_to mark result)
  string(FIND "${page}" "${mark}" at)
  string(SUBSTRING "${page}" 0 ${at} ${result})
  string(LENGTH "${mark}" length)
  math(EXPR at "${at} + ${length}")
  string(SUBSTRING "${page}" ${at} -1 page)
  literal("${${result}}" ${result})
endmacro()
take_up_to("@STYLE@" before_style)
take_up_to("@DATA@" before_data)
take_up_to("@SCRIPT@" before_script)
literal("${page}" after_script)

file(WRITE "${OUTPUT}" "#include \"export/report_page_parts.h\"

namespace tracecheck {
namespace {

constexpr std::string_view kBeforeData[] = {
${before_style}${style_piece}${before_data}};

constexpr std::string_view kAfterData[] = {
${before_script}${script_pieces}${after_script}};

}  // namespace

std::span<const std::string_view> report_page_before_data() { return kBeforeData; }
std::span<const std::string_view> report_page_after_data() { return kAfterData; }

}  // namespace tracecheck
")
