// The decoders of contents, one a kind of message, in the decode_….cc files; dispatch.h says which is whose.
// A decoder reads the fields in the manual's order and appends what they mean. What one has appended before
// it fails stays in the buffer's arrays, where no message points to it. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/gt06/clock.h"
#include "protocols/gt06/fix.h"
#include "protocols/gt06/frame.h"
#include "protocols/session.h"

namespace rastro::gt06 {

// What decoding a content came to. With an error and kDeadLetter nothing is kept of it but its bytes. Small
// enough to be returned in registers.
struct Outcome {
  DecodeError error = DecodeError::kNone;
  Disposition disposition = Disposition::kNoted;
  const char* detail = "";  // static text
};

// What the answer to a message needs of its content.
struct AnswerNeeds {
  bool asked = false;    // the message itself asks for an answer (0x70, 0x9B)
  ByteView phone;        // of an address request
  bool chinese = false;  // the form of the address that it wants
};

struct DecodeContext {
  MessageBuffer& to;
  Clock& clock;
  AnswerNeeds& needs;
  const DeviceSettings& settings;
  std::uint32_t max_media_bytes = 0;
};

using Decode = Outcome (*)(const Frame& frame, const DecodeContext& context, Message& message);

constexpr Outcome dead_letter(DecodeError error, const char* detail) {
  return {error, Disposition::kDeadLetter, detail};
}
inline constexpr Outcome kTooShort =
    dead_letter(DecodeError::kContentTooShort, "content is shorter than its document says");

// decode_status.cc
Outcome decode_login(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_heartbeat(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_time_request(const Frame& frame, const DecodeContext& context, Message& message);
// decode_location.cc
Outcome decode_location(const Frame& frame, const DecodeContext& context, Message& message);
// 0x36 whose content is no heartbeat but a location with more behind it.
Outcome decode_heartbeat_location(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_ibutton(const Frame& frame, const DecodeContext& context, Message& message);
// decode_alarm.cc
Outcome decode_alarm(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_lbs_alarm(const Frame& frame, const DecodeContext& context, Message& message);
// decode_cells.cc
Outcome decode_lbs(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_cells(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_lbs_variants(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_wifi_query(const Frame& frame, const DecodeContext& context, Message& message);
// decode_address.cc
Outcome decode_address_request(const Frame& frame, const DecodeContext& context, Message& message);
// decode_command.cc
Outcome decode_command_answer(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_general_answer(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_version_text(const Frame& frame, const DecodeContext& context, Message& message);
// decode_information.cc
Outcome decode_information(const Frame& frame, const DecodeContext& context, Message& message);
// decode_modular.cc
Outcome decode_modular(const Frame& frame, const DecodeContext& context, Message& message);
// decode_device.cc
Outcome decode_external_device(const Frame& frame, const DecodeContext& context, Message& message);
// decode_az735.cc
Outcome decode_az735_location(const Frame& frame, const DecodeContext& context, Message& message);
Outcome decode_az735_status(const Frame& frame, const DecodeContext& context, Message& message);
// decode_media.cc
Outcome decode_file_upload(const Frame& frame, const DecodeContext& context, Message& message);
// Of messages whose purpose a document names but not their fields: all of the content as `data`.
Outcome keep_content(const Frame& frame, const DecodeContext& context, Message& message);
// Content that is in no documented form of its number: type unknown, raw bytes, no error.
Outcome keep_raw(Message& message);

// Where the fix of a message comes from.
struct FixSource {
  const GpsBlock& gps;
  Clock::Base base = Clock::Base::kUtc;
  bool live = false;  // sent as it was made: its time may teach how far the clock is off
  AlarmSet alarms;
};

// Completes the fix of a message; the attributes become the fix's. A time that no calendar has fails it.
Outcome append_fix(const Frame& frame, const FixSource& source, const AttributeList& attributes,
                   const DecodeContext& context, Message& message);

// A fix that has its place and values: adds the rest and appends it.
Outcome append_timed_fix(const Frame& frame, const Fix& fix, const Clock::Time& time,
                         const AttributeList& attributes, const DecodeContext& context, Message& message);

// The time of a message without a position, as `device_time`. One that no calendar has is kept as
// `time_raw`, and noted: the message has the time of its arrival all the same.
Outcome add_time(ByteView time_block, Clock::Base base, const DecodeContext& context,
                 AttributeList& attributes);
void add_device_time(std::int64_t utc_ms, const DecodeContext& context, AttributeList& attributes);

// Whether a content begins with a GPS block and not with something else of that size: the length nibble that
// the documents have, and a time that a calendar has.
bool starts_with_gps(ByteView content);

void append_single_cell(const LbsBlock& lbs, MessageBuffer& to, Message& message);

// An element of a list that has no name: `tlv_<id>` with its bytes; from the second of one id on, with its
// place in the list behind.
void add_unnamed(const Tlv& tlv, MessageBuffer& to, AttributeList& attributes);

// Bytes as hexadecimal digits, kept in the buffer.
std::string_view keep_hex(ByteView bytes, MessageBuffer& to);

// Packed BCD as digits: filler (f) behind is left out, and so is one 0 in front where it pads fifteen digits.
std::string_view keep_digits(ByteView bcd, MessageBuffer& to);

}  // namespace rastro::gt06
