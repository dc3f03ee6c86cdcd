// A database cluster as a gateway leaves it after its first start: made once, and copied for each server that
// a test starts, which takes a tenth of the time of making it. Tests only; one thread.
#pragma once

#include <string>

namespace rastro::test {

// Beside `rastro`, which is migrated: the same without the program's migrations.
inline constexpr const char* kBareDatabase = "bare";

// Makes a cluster and leaves its files in `folder`, in the place of what stands there. Throws when there is
// no server to be had.
void make_cluster(const std::string& folder);

// Puts a cluster into a gateway's data folder, which is made when it is not there. It is a copy of the folder
// that RASTRO_TEST_CLUSTER names, as ctest gives it, or else of one that this program makes and removes.
// Throws as make_cluster() does.
void copy_cluster(const std::string& data_dir);

}  // namespace rastro::test
