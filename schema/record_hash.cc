#include "schema/record_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rastro {

std::uint64_t record_hash(ByteView record) { return XXH3_64bits(record.data(), record.size()); }

}  // namespace rastro
