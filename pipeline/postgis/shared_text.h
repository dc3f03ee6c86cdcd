// A text that many rows have in common, as "VEHICLE" or the hours of a working week: held once by all of
// them. Any thread.
#pragma once

#include <boost/flyweight.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace rastro::postgis {

class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text) : text_(std::move(text)) {}
  SharedText(const char* text) : text_(text) {}

  const std::string& str() const { return text_.get(); }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }
  bool empty() const { return str().empty(); }
  friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_; }

 private:
  boost::flyweight<std::string> text_;
};

}  // namespace rastro::postgis
