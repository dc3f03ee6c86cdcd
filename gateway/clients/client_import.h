// Clients out of a file: CSV with a line of names first, or a GeoJSON FeatureCollection. The names are those
// of the API's client object. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/clients/client_check.h"

namespace rastro {

struct ClientFile {
  std::vector<postgis::ClientEntry> clients;  // each with a uid of its own
  std::vector<std::size_t> places;  // of each: its line in a CSV, its number in a collection, from 1
  std::vector<std::string> unused;  // columns or properties that mean nothing here
  // The first mistake, with its place; nothing of a file with one is to be used.
  ClientMistake mistake;
  std::size_t mistake_place = 0;
};

// Separated by commas, semicolons or tabs, as the first line has it; with semicolons or tabs numbers may have
// a decimal comma. An empty cell says nothing. `wt` is "08:00-12:00 14:00-18:00@mon,tue", `area` GeoJSON.
ClientFile parse_client_csv(std::string_view text);
// A Point is the client's place, a Polygon or MultiPolygon its area.
ClientFile parse_client_geojson(std::string_view text);
// GeoJSON begins with a brace.
ClientFile parse_client_file(std::string_view text);

}  // namespace rastro
