#include "pipeline/journal/replace_file.h"

#include <memory>

namespace rastro::journal {

IoStatus replace_file(Folder& folder, const std::string& name,
                      const std::function<IoStatus(WritableFile&)>& write) {
  const std::string beside = name + std::string(kBeside);
  // What a crash left there goes, and is not written over: where a rename is not one step on the disk, both
  // names may be of the one file that is needed.
  IoStatus status = folder.remove(beside);
  if (status.error == IoError::kNotFound) status = {};
  std::unique_ptr<WritableFile> file;
  if (status.ok()) status = folder.open_for_append(beside, file);
  if (status.ok()) status = write(*file);
  if (status.ok()) status = file->sync();
  if (status.ok()) status = folder.rename(beside, name);
  if (status.ok()) status = folder.sync();
  if (!status.ok()) folder.remove(beside);  // it takes space
  return status;
}

}  // namespace rastro::journal
