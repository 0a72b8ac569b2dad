#include "cmd/program.h"

int main(int count, char** arguments) { return tracecheck::cmd::run_program(count, arguments); }
