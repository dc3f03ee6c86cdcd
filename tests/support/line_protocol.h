// A protocol of text lines, for tests of what is around a protocol: "login IMEI", "data", "answer NUMBER
// TEXT", "nack NUMBER", each answered where devices are answered ("welcome", "stored"). A command is a line
// "command NUMBER TEXT". NUMBER 0 in an answer: the protocol brings none back. Tests only.
#pragma once

#include "protocols/session.h"

namespace rastro::test {

// Texts with "stop" in them cut fuel. Of the kinds it has locate ("where"), interval and fuel-cut ("stop").
const Protocol& line_protocol();

}  // namespace rastro::test
