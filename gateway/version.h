// What this build is. Made by CMake; the commit is "unknown" outside a checkout.
#pragma once

namespace rastro {

extern const char* const kVersion;
extern const char* const kCommit;
extern const char* const kBuildType;

}  // namespace rastro
