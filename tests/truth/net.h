// The streets of a city as netgenerate wrote them (SUMO's net.xml), as far as one parks and lives along them.
// Owns what it read; values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/truth/geometry.h"

namespace rastro::truth {

// One direction of a street between two junctions.
struct Street {
  std::string edge;
  std::string from;  // junctions
  std::string to;
  double length_m = 0;
  std::vector<Point> centre;  // of its right-most lane, in the direction of travel
};

// Somewhere along a street: a car's front bumper stands there.
struct Spot {
  std::size_t street = 0;
  double along_m = 0;
};

// The value of an attribute in a line of XML as SUMO writes it (one element a line, no entities in what is
// read here); empty when it is not there.
std::string_view xml_attribute(std::string_view line, std::string_view name);

// Throws std::runtime_error when the file cannot be read or holds no streets.
std::vector<Street> read_streets(const std::string& path);

// `right_m` to the right of the lane's centre.
Point point_at(const Street& street, double along_m, double right_m);

}  // namespace rastro::truth
