// AVL record → fix: scaling, validity, names, alarms. Pure; any thread.
#pragma once

#include "protocols/decode_error.h"
#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/record.h"
#include "schema/message.h"

namespace rastro::teltonika {

// Appends the fix and its attributes. kImpossibleTime: nothing was appended, the record has no time.
// kImpossiblePlace: the fix stands, with valid false. `generation_type`: the codec has that field.
DecodeError append_fix(const Record& record, bool generation_type, const ElementTable& table,
                       MessageBuffer& out);

}  // namespace rastro::teltonika
