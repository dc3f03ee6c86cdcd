#include "gateway/commands/forward_command.h"

#include <fmt/format.h>

#include <fstream>
#include <ostream>
#include <stdexcept>

#include "forwarder/persat/api.h"
#include "gateway/version.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kTimeout{20};

std::string read_key() {
  const Environment environment = process_environment();
  if (const auto key = environment("RASTRO_API_KEY")) return *key;
  const auto file = environment("RASTRO_API_KEY_FILE");
  if (!file) throw std::runtime_error("give an API key in RASTRO_API_KEY or RASTRO_API_KEY_FILE");
  std::ifstream in(*file);
  std::string key;
  if (!std::getline(in, key)) throw std::runtime_error("cannot read " + *file);
  return key;
}

// An address that a gateway listens on is reached on this machine's own, where it listens on all.
std::string gateway_url(const std::string& bind) {
  const std::size_t colon = bind.rfind(':');
  std::string host = bind.substr(0, colon);
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return "http://" + host + bind.substr(colon) + "/api/v1/forwarding";
}

// The gateway's answers have Persat's envelope, so what asks Persat asks it too.
class Gateway {
 public:
  explicit Gateway(const Config& config) : url_(gateway_url(config.http_bind)), api_(options(url_)) {}

  persat::Api& api() { return api_; }
  std::string sentence(const persat::Error& error) const {
    if (error.kind != persat::ErrorKind::kTransport) return persat::error_text("the gateway answers", error);
    return "no gateway answers at " + url_ + ": " + error.detail;
  }

 private:
  static persat::Api::Options options(const std::string& url) {
    persat::Api::Options options;
    options.connection.base_url = url;
    options.connection.api_key = read_key();
    options.connection.user_agent = std::string("rastro/") + kVersion;
    options.connection.timeout = kTimeout;
    options.requests_per_second = 0;
    return options;
  }

  const std::string url_;
  persat::Api api_;
};

// Asks, and prints what came: as it is for machines, else as `print` has it.
template <typename Ask, typename Print>
int ask_gateway(const Config& config, const AdminOutput& to, Ask ask, Print print) {
  try {
    Gateway gateway(config);
    const persat::Result<persat::Answer> answer = ask(gateway.api());
    if (!answer) throw std::runtime_error(gateway.sentence(answer.error()));
    if (to.json) {
      to.out << json::serialize(answer->data) << '\n';
    } else {
      print(*answer);
    }
    return 0;
  } catch (const std::exception& e) {  // of the gateway, or an answer that is none of ours
    to.err << "rastro: " << e.what() << '\n';
    return 1;
  }
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

void print_state(const json::object& state, std::ostream& out) {
  for (const auto& [name, value] : state) {
    if (!value.is_object()) {
      out << fmt::format("{:<16} {}\n", std::string_view(name), text_of(value));
      continue;
    }
    for (const auto& [reason, count] : value.get_object()) {
      if (count != 0)
        out << fmt::format("{:<16} {} {}\n", std::string_view(name), text_of(count),
                           std::string_view(reason));
    }
  }
}

int act(const Config& config, const AdminOutput& to, persat::Method method, const persat::Target& target) {
  return ask_gateway(
      config, to,
      [&](persat::Api& api) {
        return method == persat::Method::kDelete ? api.remove(target) : api.post(target, {});
      },
      [&](const persat::Answer& answer) { print_state(answer.data.as_object(), to.out); });
}

}  // namespace

int run_forward_status(const Config& config, const AdminOutput& to) {
  return ask_gateway(
      config, to, [](persat::Api& api) { return api.get(persat::Target("")); },
      [&](const persat::Answer& answer) { print_state(answer.data.as_object(), to.out); });
}

int run_forward_parked(const Config& config, const std::string& reason, int limit, const AdminOutput& to) {
  persat::Target target("/parked");
  target.query("limit", static_cast<std::uint64_t>(limit));
  if (!reason.empty()) target.query("reason", reason);
  return ask_gateway(
      config, to, [&](persat::Api& api) { return api.get(target); },
      [&](const persat::Answer& answer) {
        for (const json::value& line : answer.data.as_array()) {
          const json::object& parked = line.as_object();
          to.out << fmt::format("{:<16} {}  {:<16} {:<22} {}\n", text_of(parked.at("id")),
                                text_of(parked.at("parked")), text_of(parked.at("imei")),
                                text_of(parked.at("reason")), text_of(parked.at("answer")));
        }
        const std::size_t given = answer.data.as_array().size();
        const std::uint64_t matching = answer.paging.result.value_or(given);
        if (matching > given) to.out << fmt::format("and {} more\n", matching - given);
      });
}

int run_forward_resend(const Config& config, const std::string& id, const AdminOutput& to) {
  return act(config, to, persat::Method::kPost, persat::Target("/parked").segment(id).segment("resend"));
}

int run_forward_resend_all(const Config& config, const std::string& reason, const AdminOutput& to) {
  return act(config, to, persat::Method::kPost, persat::Target("/parked/resend").query("reason", reason));
}

int run_forward_delete(const Config& config, const std::string& id, const AdminOutput& to) {
  return act(config, to, persat::Method::kDelete, persat::Target("/parked").segment(id));
}

}  // namespace rastro
