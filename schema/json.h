// Writes decoded values as JSON text: the form of the attributes column, of `rastro decode` and of the API.
// Appends to a string that the caller reuses; pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/message.h"

namespace rastro {

// A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, and U+0000 too (PostgreSQL's jsonb
// takes no NUL), so that the result is always valid JSON that every consumer stores.
void append_json_string(std::string_view text, std::string& out);

// Shortest form that reads back as the same number; null for what JSON cannot say (NaN, infinities).
void append_json_number(double value, std::string& out);

// A value: numbers as numbers, bytes as lower-case hex.
void append_json_value(const AttributeValue& value, std::string& out);

// One object of all attributes, with the alarms, if any, as a list named "alarms". Of two attributes with one
// name the later counts.
void append_json_attributes(std::span<const Attribute> attributes, AlarmSet alarms, std::string& out);

// Their names as a list.
void append_json_alarms(AlarmSet alarms, std::string& out);

// Those of a fix: where its time was corrected, also what the device said, named "reported_time".
void append_fix_attributes(const Fix& fix, std::span<const Attribute> attributes, std::string& out);

void append_hex(ByteView bytes, std::string& out);

// "2026-11-24T15:30:00Z", with or without fractions of a second; nothing when it is no such time.
std::optional<std::int64_t> parse_iso8601(std::string_view text);

// "2026-11-24T15:30:00.000Z"; a time outside the years 0 to 9999 is written as its milliseconds.
void append_iso8601(std::int64_t time_ms, std::string& out);

}  // namespace rastro
