// The idempotency key: what a target can know a position by that comes a second time. Made of the device, the
// fix's time and the record's own hash, so it is the same at every attempt and after every restart. Pure.
#pragma once

#include <string>

#include "forwarder/window.h"

namespace rastro::forward {

// 32 hexadecimal digits.
std::string idempotency_key(const Job& job);
// Of a batch: over the keys of its positions in their order; of one position that one's.
std::string idempotency_key(const Jobs& batch);

}  // namespace rastro::forward
