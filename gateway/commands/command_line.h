// The program's command line: every subcommand with its options and help, and what it runs.
#pragma once

namespace rastro {

// Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
int run_command_line(int argc, char** argv);

}  // namespace rastro
