#include "forwarder/http_client.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "forwarder/curl.h"

namespace rastro::forward {
namespace {

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  const std::string_view value = curl::find_retry_after({data, size});
  if (!value.empty()) static_cast<HttpReply*>(user)->retry_after = value;
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  HttpReply& reply = *static_cast<HttpReply*>(user);
  reply.too_large = !curl::append_body({data, size}, HttpClient::kMaxBody, reply.body);
  return reply.too_large ? 0 : size;  // 0 ends the transfer
}

}  // namespace

struct HttpClient::Handles {
  curl::Multi multi;
  curl::Headers headers;
};

struct HttpClient::Transfer : curl::Easy {
  Transfer(const Options& options, Handles& of) : handles(of) {
    set(CURLOPT_URL, options.url.c_str());
    set_safe(options.timeout);
    set(CURLOPT_POST, 1L);
    if (options.method != "POST") set(CURLOPT_CUSTOMREQUEST, options.method.c_str());
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &answer.reply);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &answer.reply);
  }
  ~Transfer() {
    break_off();
    drop_key();
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // A header of its own in front of those that all have.
  void set_key(const std::string& name, const std::string& value) {
    drop_key();
    key = curl_slist_append(nullptr, (name + ": " + value).c_str());
    if (key == nullptr) throw std::bad_alloc();
    key->next = handles.headers.get();
    set(CURLOPT_HTTPHEADER, key);
  }
  void drop_key() {
    if (key == nullptr) return;
    key->next = nullptr;
    curl_slist_free_all(key);
    key = nullptr;
  }

  void finish(CURLcode result) {
    HttpReply& reply = answer.reply;
    if (result == CURLE_OK || reply.too_large) {
      reply.status = status();
      if (reply.status != 0) return;
    }
    // An answer that broke off is none, whatever its first line said.
    reply = {};
    reply.transport_error = fault(result);
  }

  Handles& handles;
  curl_slist* key = nullptr;
  Answer answer;
};

std::string HttpClient::url_fault(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  const CURLUcode code = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
  return code == CURLUE_OK ? "" : curl_url_strerror(code);
}

std::optional<std::vector<std::string>> HttpClient::parse_headers(std::string_view text) {
  std::vector<std::string> headers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    const auto is_token = [](char c) { return c > ' ' && c <= '~' && c != ':'; };
    if (colon == 0 || colon == std::string_view::npos ||
        !std::ranges::all_of(line.substr(0, colon), is_token))
      return {};
    if (!std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) return {};
    headers.emplace_back(line);
  }
  return headers;
}

HttpClient::HttpClient(const Options& options) : key_header_(options.idempotency_header) {
  const std::string fault = url_fault(options.url);
  if (!fault.empty()) throw std::runtime_error(options.url + ": " + fault);
  handles_ = std::make_unique<Handles>();
  constexpr std::string_view kKeyMark = "${api_key}";
  for (std::string header : options.headers) {
    const std::size_t mark = header.find(kKeyMark);
    if (mark != std::string::npos) header.replace(mark, kKeyMark.size(), options.api_key);
    handles_->headers.add(header);
  }
  handles_->headers.add("Content-Type: application/json");
  handles_->headers.add("Accept: application/json");
  handles_->headers.add("Expect:");  // no waiting for leave to send a body this small
  for (std::size_t i = 0; i < options.concurrency; ++i) {
    transfers_.push_back(std::make_unique<Transfer>(options, *handles_));
    idle_.push_back(transfers_.back().get());
  }
  handles_->multi.keep_connections(options.concurrency);
}

HttpClient::~HttpClient() = default;

bool HttpClient::has_room() const { return !idle_.empty(); }

void HttpClient::send(const std::string& body, const std::string& key, void* tag) {
  Transfer& transfer = *idle_.back();
  transfer.answer = {tag, {}};
  transfer.clear_error();
  if (key_header_.empty()) {
    transfer.set(CURLOPT_HTTPHEADER, handles_->headers.get());
  } else {
    transfer.set_key(key_header_, key);
  }
  transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  transfer.set(CURLOPT_POSTFIELDS, body.c_str());
  handles_->multi.add(transfer);
  idle_.pop_back();
}

void HttpClient::wait(std::chrono::milliseconds timeout, std::vector<Answer>& answers) {
  answers.clear();
  for (const curl::Multi::Ended& ended : handles_->multi.wait(timeout)) {
    Transfer& transfer = static_cast<Transfer&>(ended.easy);
    transfer.finish(ended.result);
    idle_.push_back(&transfer);
    answers.push_back(std::move(transfer.answer));
  }
}

void HttpClient::wake_up() { handles_->multi.wake_up(); }

}  // namespace rastro::forward
