#include "forwarder/http_client.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "forwarder/curl.h"

namespace rastro::forward {
namespace {

using curl::set;

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
  if (reply.body.size() + size > HttpClient::kMaxBody) {
    reply.too_large = true;
    return 0;  // ends the transfer
  }
  reply.body.append(data, size);
  return size;
}

}  // namespace

struct HttpClient::Handles {
  Handles() : multi(curl_multi_init()) {}
  ~Handles() { curl_multi_cleanup(multi); }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  CURLM* multi;
  curl::Headers headers;
};

// A request's place, used again and again, so that options are set once and connections are kept.
struct HttpClient::Transfer {
  Transfer(const Options& options, Handles& of) : handles(of), easy(curl_easy_init()) {
    if (easy == nullptr) throw std::bad_alloc();
    set(easy, CURLOPT_URL, options.url.c_str());
    curl::set_safe(easy, options.timeout);
    set(easy, CURLOPT_POST, 1L);
    if (options.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, options.method.c_str());
    set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_ERRORBUFFER, error.data());
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, &answer.reply);
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, &answer.reply);
    set(easy, CURLOPT_PRIVATE, this);
  }
  ~Transfer() {
    if (under_way) curl_multi_remove_handle(handles.multi, easy);
    curl_easy_cleanup(easy);
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
    set(easy, CURLOPT_HTTPHEADER, key);
  }
  void drop_key() {
    if (key == nullptr) return;
    key->next = nullptr;
    curl_slist_free_all(key);
    key = nullptr;
  }

  void finish(CURLcode result) {
    HttpReply& reply = answer.reply;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK || reply.too_large) {
      reply.status = static_cast<int>(status);
      if (status != 0) return;
    }
    // An answer that broke off is none, whatever its first line said.
    reply = {};
    reply.transport_error = error[0] != '\0' ? error.data() : curl_easy_strerror(result);
  }

  Handles& handles;
  CURL* easy;
  curl_slist* key = nullptr;
  bool under_way = false;
  Answer answer;
  std::array<char, CURL_ERROR_SIZE> error{};
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
  curl::initialise();
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
  curl_multi_setopt(handles_->multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.concurrency));
}

HttpClient::~HttpClient() = default;

bool HttpClient::has_room() const { return !idle_.empty(); }

void HttpClient::send(const std::string& body, const std::string& key, void* tag) {
  Transfer& transfer = *idle_.back();
  transfer.answer = {tag, {}};
  transfer.error[0] = '\0';
  if (key_header_.empty()) {
    set(transfer.easy, CURLOPT_HTTPHEADER, handles_->headers.get());
  } else {
    transfer.set_key(key_header_, key);
  }
  set(transfer.easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(transfer.easy, CURLOPT_POSTFIELDS, body.c_str());
  const CURLMcode code = curl_multi_add_handle(handles_->multi, transfer.easy);
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
  transfer.under_way = true;
  idle_.pop_back();
}

void HttpClient::wait(std::chrono::milliseconds timeout, std::vector<Answer>& answers) {
  answers.clear();
  int running = 0;
  curl_multi_perform(handles_->multi, &running);
  collect(answers);
  if (!answers.empty()) return;
  curl_multi_poll(handles_->multi, nullptr, 0, static_cast<int>(timeout.count()), nullptr);
  curl_multi_perform(handles_->multi, &running);
  collect(answers);
}

void HttpClient::collect(std::vector<Answer>& answers) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(handles_->multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    CURL* const easy = message->easy_handle;
    char* user = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
    Transfer& transfer = *reinterpret_cast<Transfer*>(user);
    transfer.finish(result);
    curl_multi_remove_handle(handles_->multi, easy);
    transfer.under_way = false;
    idle_.push_back(&transfer);
    answers.push_back(std::move(transfer.answer));
  }
}

void HttpClient::wake_up() { curl_multi_wakeup(handles_->multi); }

}  // namespace rastro::forward
