// Reads a message of a record in its stored form (record.proto, Message).
#pragma once

#include <protozero/data_view.hpp>
#include <string_view>
#include <vector>

#include "schema/message.h"
#include "schema/record.h"

namespace rastro {

// How attributes are read: with the names that their numbers stand for, or not at all.
struct WantedAttributes {
  std::vector<std::string_view> names;
  Parts parts = Parts::kAll;
};

// Appends the message and its parts; what they view is `bytes` and the names. Throws protozero::exception
// where the bytes are not protobuf.
void read_stored_message(protozero::data_view bytes, const WantedAttributes& wanted, MessageBuffer& to);

}  // namespace rastro
