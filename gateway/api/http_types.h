// A request and its answer, as the API's handlers see them: no socket, no Beast.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rastro {

struct HttpRequest {
  std::string method = {};
  std::string path = {};           // without the query
  std::string query = {};          // without the '?'
  std::string authorization = {};  // the header's value
  std::string address = {};        // of who asks
  std::string actor = {};          // who asks, for the books; of a request that needed a key
  std::string content_type = {};
  std::string body = {};
  std::string accept = {};
  std::string if_none_match = {};
};

struct HttpHeader {
  std::string_view name;  // of static storage
  std::string value;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body = {};
  std::string etag = {};                 // with its quotes; empty: the answer is not to be kept by anybody
  std::vector<HttpHeader> headers = {};  // further ones
};

}  // namespace rastro
