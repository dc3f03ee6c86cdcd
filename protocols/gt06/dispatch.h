// The table of protocol numbers: what each message is, how its content is decoded, and when it is answered
// (gt06.md 5). A new message is one row. Pure; any thread.
#pragma once

#include <cstdint>

#include "protocols/gt06/decode.h"

namespace rastro::gt06 {

// When and how the gateway answers a message.
enum class Answer : std::uint8_t {
  kNever,          // is itself an answer, or wants content that we have not
  kAtOnce,         // with its own number and serial; it carries no data
  kDocumented,     // likewise, once durable: the makers' documents ask for it
  kIfAllAnswered,  // likewise, when every data-carrying frame is to be answered (AckPolicy::kAll)
  kIfAsked,        // once durable when the message asks for it, else as kIfAllAnswered
  kModule,         // with the result of a pass-through, once durable
  kTime,           // with the time of day, at once, if anybody knows it
  kAddress,        // with the name of a place, once durable
};

struct MessageKind {
  std::uint8_t number = 0;
  MessageType type = MessageType::kUnknown;
  Answer answer = Answer::kIfAllAnswered;
  // Null: raw bytes only. May change the type of the message: to unknown, when the content is not that of
  // the document but no damaged one either.
  Decode decode = nullptr;
  // The answer to the long form is in the long form too; all others are short.
  bool long_answer = false;
};

// The row of a number; numbers without one share a row that keeps the raw bytes.
const MessageKind& find_message_kind(std::uint8_t number);

}  // namespace rastro::gt06
