// Run as the program is built: writes the manual pages and the completions, made of what --help is made of.
//   tracecheck_pages FOLDER
// FOLDER gets man1/*.1, tracecheck.bash, _tracecheck (zsh) and tracecheck.fish.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/program.h"
#include "packaging/completions.h"
#include "packaging/manual.h"

namespace {

using namespace tracecheck::cmd;
using namespace tracecheck::packaging;

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file.fail()) std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return !file.fail();
}

bool write_all(const std::filesystem::path& folder, const Program& program) {
  const std::filesystem::path manual = folder / "man1";
  std::filesystem::remove_all(manual);  // a command that is gone must not leave its page
  std::filesystem::create_directories(manual);
  bool ok = write(manual / "tracecheck.1", program_page(program));
  for (const CommandInfo& command : program.commands) {
    ok = write(manual / ("tracecheck-" + command.name + ".1"), command_page(program, command)) && ok;
  }
  ok = write(folder / "tracecheck.bash", bash_completion(program)) && ok;
  ok = write(folder / "_tracecheck", zsh_completion(program)) && ok;
  return write(folder / "tracecheck.fish", fish_completion(program)) && ok;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  CLI::App app;
  int status = 0;
  define_program(app, status);
  return write_all(arguments[1], {describe(app), describe_commands(app)}) ? 0 : 1;
}
