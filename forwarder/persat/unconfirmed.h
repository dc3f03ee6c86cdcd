// What no document that can be read says of Persat's API (persat-api.md 8), in one place: settings, each with
// the reason of its default. Whoever learns the truth of one sets it; nothing else has to change.
#pragma once

#include <cstdint>
#include <string>

namespace rastro::persat {

// How a list stands in a query.
enum class ListForm : std::uint8_t {
  kRepeated,  // states=A&states=B
  kCommas,    // states=A,B
  kBrackets,  // states[]=A&states[]=B
};

struct Unconfirmed {
  // 2.2: known from a public proxy only, spelt with one "m"; its answer is unknown.
  std::string statistics_path = "/devices-pathtrack-sumary";
  // 6.2 "Obtener Ruta": the page could not be read. Empty: fetch_route() says that it is not configured.
  std::string route_path;
  // 5.2: `states` is "an array"; how it is written is not said.
  ListForm list_form = ListForm::kRepeated;
  // 5.1: `POST /clients` and `PUT /clients/{uid}` are documented by name only, not by body. That they take
  // the members of the client object is an inference; there is no setting for it but the `other` of Client.
};

}  // namespace rastro::persat
