// Runs a fuzz target on files, and on those in folders: where there is no libFuzzer to do so.
#include <filesystem>
#include <vector>

#include "fuzz/targets/target.h"

namespace {

void run(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = tracecheck::fuzz::contents(path);
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      run(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) run(entry.path());
    }
  }
  return 0;
}
