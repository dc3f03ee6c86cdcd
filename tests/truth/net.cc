#include "tests/truth/net.h"

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace rastro::truth {
namespace {

double number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) {
    throw std::runtime_error("net: '" + std::string(text) + "' is no number");
  }
  return value;
}

// "x,y x,y …"
std::vector<Point> shape_of(std::string_view text) {
  std::vector<Point> points;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view pair = text.substr(0, end);
    const std::size_t comma = pair.find(',');
    points.push_back({number(pair.substr(0, comma)), number(pair.substr(comma + 1))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return points;
}

}  // namespace

std::string_view xml_attribute(std::string_view line, std::string_view name) {
  for (std::size_t at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const std::size_t quote = at + name.size();
    if (at > 0 && line[at - 1] == ' ' && line.substr(quote, 2) == "=\"") {
      const std::size_t begin = quote + 2;
      return line.substr(begin, line.find('"', begin) - begin);
    }
  }
  return {};
}

std::vector<Street> read_streets(const std::string& path) {
  std::ifstream file(path);
  std::vector<Street> streets;
  Street street;
  for (std::string line; std::getline(file, line);) {
    if (line.find("<edge ") != std::string::npos) {
      // Lanes across a junction are edges too, of a function; nobody lives there.
      const bool inside_junction = !xml_attribute(line, "function").empty();
      street.edge = inside_junction ? "" : xml_attribute(line, "id");
      street.from = xml_attribute(line, "from");
      street.to = xml_attribute(line, "to");
    } else if (!street.edge.empty() && line.find("<lane ") != std::string::npos &&
               xml_attribute(line, "index") == "0") {
      street.length_m = number(xml_attribute(line, "length"));
      street.centre = shape_of(xml_attribute(line, "shape"));
      streets.push_back(street);
    }
  }
  if (streets.empty()) {
    throw std::runtime_error(path + ": no streets");
  }
  return streets;
}

Point point_at(const Street& street, double along_m, double right_m) {
  double left_m = along_m;
  for (std::size_t at = 1; at < street.centre.size(); ++at) {
    const Point step = street.centre[at] - street.centre[at - 1];
    const double step_m = length_m(step);
    if (left_m <= step_m || at + 1 == street.centre.size()) {
      const Point direction = step * (1 / step_m);
      const Point right{direction.y_m, -direction.x_m};
      return street.centre[at - 1] + direction * left_m + right * right_m;
    }
    left_m -= step_m;
  }
  throw std::runtime_error("net: the street " + street.edge + " has no shape");
}

}  // namespace rastro::truth
