// The table of protocol numbers: what each message is, how its content is decoded, and when it is answered
// (gt06.md 5). A new message is one row. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/gt06/frame.h"
#include "protocols/session.h"

namespace rastro::gt06 {

// When the gateway answers a message with its own number and serial.
enum class Answer : std::uint8_t {
  kNever,         // is itself an answer, or one that needs content that we have not
  kAtOnce,        // carries no data
  kDocumented,    // once durable: the makers' documents ask for it
  kIfAllAnswered  // once durable, when every data-carrying frame is to be answered (AckPolicy::kAll)
};

// What decoding a content came to. With an error and kDeadLetter nothing has been appended.
struct Outcome {
  DecodeError error = DecodeError::kNone;
  Disposition disposition = Disposition::kNoted;
  std::string_view detail;
};

struct DecodeContext {
  std::int32_t utc_offset_s = 0;  // of local-time messages
  MessageBuffer& to;
};

struct MessageKind {
  std::uint8_t number = 0;
  MessageType type = MessageType::kUnknown;
  Answer answer = Answer::kIfAllAnswered;
  // Null: raw bytes only. May set the type of the message back to unknown, when the content is not that of
  // the document but no damaged one either.
  Outcome (*decode)(const Frame& frame, const DecodeContext& context, Message& message) = nullptr;
  // The answer to the long form is in the long form too; all others are short.
  bool long_answer = false;
};

// The row of a number; numbers without one share a row that keeps the raw bytes.
const MessageKind& find_message_kind(std::uint8_t number);

}  // namespace rastro::gt06
