// What the first bytes of a connection say about who is there: a device of this port, another protocol's, a
// program that is no tracker, or nobody can tell. Pure; any thread.
#pragma once

#include <string>

#include "protocols/session.h"

namespace rastro {

struct FirstBytes {
  enum class Verdict : std::uint8_t {
    kTooFew,  // to tell
    kDevice,  // of the protocol; or unknown noise, in which its session looks for a frame
    kStray,
    kOtherProtocol,
  };
  Verdict verdict = Verdict::kTooFew;
  std::string_view kind;  // of a stray, as find_stray() has it
};

FirstBytes look_at_first_bytes(ByteView bytes, const Protocol& own);

}  // namespace rastro
