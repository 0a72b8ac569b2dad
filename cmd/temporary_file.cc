#include "cmd/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace tracecheck::cmd {

std::string temporary_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

int open_temporary_file() {
  std::string name = temporary_folder() + "/tracecheck.XXXXXX";
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) unlink(name.c_str());
  return descriptor;
}

}  // namespace tracecheck::cmd
