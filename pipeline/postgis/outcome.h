// What became of records that were written. Values; any thread.
#pragma once

#include <cstdint>

namespace rastro::postgis {

// Of units (schema/record.h): the first four add up to them.
struct Outcome {
  std::uint64_t fixes_committed = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t messages = 0;
  std::uint64_t dead_letters = 0;
  // Of the messages, those that answer a command; the commands that they ended as the device wanted or not.
  std::uint64_t answers_unasked = 0;
  std::uint64_t commands_answered = 0;
  std::uint64_t commands_refused = 0;

  std::uint64_t units() const { return fixes_committed + duplicates + messages + dead_letters; }

  Outcome& operator+=(const Outcome& more) {
    fixes_committed += more.fixes_committed;
    duplicates += more.duplicates;
    messages += more.messages;
    dead_letters += more.dead_letters;
    answers_unasked += more.answers_unasked;
    commands_answered += more.commands_answered;
    commands_refused += more.commands_refused;
    return *this;
  }
};

}  // namespace rastro::postgis
