// Decodes frames that were kept raw with today's decoder, as a connection of their device would. Pure but for
// what it asks of the surroundings. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "protocols/session.h"
#include "schema/record.h"

namespace rastro {

class Redecoder {
 public:
  explicit Redecoder(const Surroundings& surroundings) : surroundings_(surroundings) {}

  // What the frame of `before` says today. False when there is no frame, no such protocol, or today's decoder
  // takes nothing from it: then what was decoded before is to stay. Frames of one device are given in the
  // order of their arrival, so that a login teaches its time zone to what follows.
  bool decode(const StoredRecord& before, StoredRecord& after);

 private:
  Session* session_of(const RecordHead& head);

  const Surroundings& surroundings_;
  std::map<std::tuple<std::string, std::string, Transport>, std::unique_ptr<Session>> sessions_;
  SessionOutput output_;
  std::vector<DeadLetter> letters_;
  RecordEncoder encoder_;
  std::string encoded_;
};

// What a record says, a line of JSON for each message and dead letter: for comparing, and for people.
std::vector<std::string> lines_of(const StoredRecord& record);

}  // namespace rastro
