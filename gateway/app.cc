#include "gateway/app.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "gateway/api/api_keys.h"
#include "gateway/api/health.h"
#include "gateway/api/http_server.h"
#include "gateway/api/operator_api.h"
#include "gateway/config/config_file.h"
#include "gateway/config/config_text.h"
#include "gateway/config/reload.h"
#include "gateway/consumers/alarm_teller.h"
#include "gateway/consumers/catalogue_watch.h"
#include "gateway/consumers/command_dispatch.h"
#include "gateway/consumers/forward_consumer.h"
#include "gateway/consumers/forward_verification.h"
#include "gateway/consumers/live_consumer.h"
#include "gateway/consumers/presence_watch.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/consumers/track_consumer.h"
#include "gateway/consumers/webhook_delivery.h"
#include "gateway/database.h"
#include "gateway/devices/live_state.h"
#include "gateway/log.h"
#include "gateway/metrics/collector.h"
#include "gateway/metrics/command_collector.h"
#include "gateway/metrics/forward_collector.h"
#include "gateway/metrics/track_collector.h"
#include "gateway/net/drain.h"
#include "gateway/net/shard.h"
#include "gateway/open_journal.h"
#include "gateway/persat/account.h"
#include "gateway/service/allocator.h"
#include "gateway/service/passed_sockets.h"
#include "gateway/service/service_manager.h"
#include "gateway/service/supervisor.h"
#include "gateway/service/vital_signs.h"
#include "gateway/threads.h"
#include "gateway/zone_calendar.h"

namespace rastro {
namespace {

std::vector<std::unique_ptr<Shard>> open_shards(const NetContext& context, PassedSockets& passed) {
  const Config& config = context.config;
  const std::size_t count = config.shards > 0 ? static_cast<std::size_t>(config.shards)
                                              : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<int> sockets = passed.find(config.listeners);
  std::vector<std::unique_ptr<Shard>> shards;
  for (std::size_t i = 0; i < count; ++i) {
    shards.push_back(std::make_unique<Shard>(context));
    for (std::size_t j = 0; j < config.listeners.size(); ++j)
      shards.back()->listen(config.listeners[j], sockets[j]);
  }
  for (const std::string& socket : passed.unused())
    spdlog::warn("the socket {} that was passed fits no listener of the configuration", socket);
  return shards;
}

// SO_REUSEPORT lets a second gateway share a port by design; one that runs by mistake is stopped by the
// journal's lock.
void start_database(Database& database) {
  if (database.embedded()) spdlog::info("starting the private database ({})", database.display());
  const auto started = database.start();
  if (started) return;
  if (Database::is_final(started.error())) throw StartError("the database: " + started.error().sentence);
  spdlog::warn("the database is not there yet, devices are acknowledged from the journal meanwhile: {}",
               started.error().sentence);
}

std::string ready_line(const Config& config, const Database& database) {
  std::string line = "rastro is ready:";
  for (const ListenerConfig& listener : config.listeners) {
    line += fmt::format(" {} on {} {},", listener.protocol->name,
                        listener.transport == Transport::kTcp ? "TCP" : "UDP", listener.bind);
  }
  return line + fmt::format(" database {}, HTTP on http://{}", database.display(), config.http_bind);
}

std::vector<std::string> missing_parts(const journal::Journal& journal, const Database& database,
                                       const StoreConsumer& store, const DeviceDirectory& directory) {
  std::vector<std::string> missing;
  const journal::Health health = journal.health();
  if (health.state != journal::State::kOpen) missing.push_back("journal: " + health.reason);
  const std::string trouble = database.trouble();
  const StoreProgress progress = store.progress();
  if (!trouble.empty()) {
    missing.push_back("database: " + trouble);
  } else if (!progress.trouble.empty()) {
    missing.push_back("database: " + progress.trouble);
  } else if (!progress.started) {
    missing.push_back("database: not connected yet");
  }
  if (!directory.loaded()) missing.push_back("devices: not loaded yet");
  return missing;
}

void tell_connection(const LiveIdentities& identities, const DeviceIdentity& device) {
  if (const auto speaker = identities.find(device); speaker.connection)
    speaker.connection->settings_changed();
}

// What the listeners of all shards know together.
struct Doors {
  explicit Doors(const Config& config)
      : admission(config.newcomers),
        certificates(config.listeners),
        buffers(config.max_buffered_mib << 20),
        networks({config.device_networks, config.learn_device_networks,
                  static_cast<int>(config.newcomers.v4_bits), static_cast<int>(config.newcomers.v6_bits)}) {}

  // The certificates are read again whatever the configuration says of them: their files may be others.
  void reconfigure(const Config& config) {
    admission.reconfigure(config.newcomers);
    buffers.set(config.max_buffered_mib << 20);
    for (const std::string& fault : certificates.reload_certificates()) spdlog::error("{}", fault);
  }

  AdmissionControl admission;
  Certificates certificates;
  BufferBudget buffers;
  SourceNetworks networks;
};

// What the parts know together.
struct Memory {
  explicit Memory(const Config& config) : identities(static_cast<double>(config.takeovers_per_hour)) {}

  DeviceDirectory directory;
  LearntNotes learnt;
  LiveState live;
  LiveIdentities identities;
  CommandDesk desk;
  ApiKeys keys;
  std::atomic<std::int64_t> open_connections{0};
};

// Members in the order in which they are made; they go in the opposite order.
class Gateway {
 public:
  Gateway(const ConfigResult& started, const std::string& file) : started_(started), file_(file) {}
  void run();

 private:
  std::vector<std::string> missing() const;
  void start();
  void reload();
  void apply(const Config& config);
  void end(int signal);
  void say_what_is_left(bool answered, bool durable) const;
  std::string status() const;

  const ConfigResult& started_;
  const std::string& file_;
  const Config& config_ = started_.config;
  ConfigTexts texts_ = started_.texts;  // in effect
  std::chrono::seconds deadline_{config_.shutdown_deadline_s};
  std::atomic<bool> ending_{false};

  const ServiceManager manager_{process_environment()};
  std::unique_ptr<Supervisor> supervisor_ = std::make_unique<Supervisor>(manager_);
  const ZoneCalendar calendar_{config_.timezone};
  const OpenJournal opened_ = open_journal(config_);
  journal::Journal& journal_ = *opened_.journal;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Memory memory_{config_};
  IdentityAlarms alarms_{registry_};
  Doors doors_{config_};

  // Ports first: one that is taken is said before anything is started.
  PassedSockets passed_{process_environment()};
  std::vector<std::unique_ptr<Shard>> shards_ =
      open_shards({config_, journal_, memory_.directory, memory_.learnt, metrics_, memory_.identities,
                   memory_.desk, doors_.admission, doors_.certificates, doors_.buffers, doors_.networks,
                   alarms_, memory_.open_connections},
                  passed_);
  Router router_;
  HttpServer http_{config_.http_bind, router_, metrics_};

  Database database_{config_};
  const std::string& url_ = database_.url();
  StoreConsumer store_{journal_, opened_.name, config_, url_};
  LiveConsumer live_consumer_{journal_, memory_.live, alarms_, static_cast<double>(config_.max_speed_kmh)};
  AlarmTeller alarm_teller_{url_, alarms_};
  TrackConsumer track_{journal_, opened_.name, config_, url_, calendar_};
  CatalogueWatch catalogue_{url_,           opened_.name, memory_.directory,
                            memory_.learnt, memory_.keys, memory_.live};
  CommandDispatch dispatch_{url_, memory_.identities, memory_.desk};
  const std::unique_ptr<forward::Forwarder> forwarder_ =
      make_forwarder(config_, journal_, memory_.directory, calendar_);
  const std::unique_ptr<ForwardVerification> verification_ =
      make_forward_verification(config_, forwarder_.get(), memory_.directory, registry_);
  PersatAccount persat_{config_, url_, calendar_, registry_};
  OperatorApi api_{
      {config_, memory_.directory, memory_.live, memory_.identities, memory_.keys, registry_,
       [this] { return !dispatch_.progress().trouble.empty(); }, forwarder_.get(), persat_.sync()},
      url_,
      router_};
  WebhookDelivery webhooks_{url_, config_.webhooks, registry_};
  PresenceWatch presence_{url_, memory_.identities, config_.webhooks.offline_after_s};
  const ForwardCollector forward_collector_{forwarder_.get()};
  const Collector collector_{journal_, store_, memory_.directory, memory_.identities, doors_.admission};
  const CommandCollector command_collector_{dispatch_, store_};
  const TrackCollector track_collector_{journal_, track_};
  VitalSigns vital_signs_{journal_, shards_};
  Threads threads_;
};

std::vector<std::string> Gateway::missing() const {
  if (ending_) return {"the gateway is ending"};
  return missing_parts(journal_, database_, store_, memory_.directory);
}

void Gateway::start() {
  forget_service_manager();
  start_database(database_);
  database_.keep_alive();
  catalogue_.on_settings_changed(
      [this](const DeviceIdentity& device) { tell_connection(memory_.identities, device); });
  catalogue_.load();
  add_health_routes(router_, [this] { return missing(); },
                    {&registry_, &collector_, &forward_collector_, &command_collector_, &track_collector_});
  for (const auto& shard : shards_) journal_.on_progress([&shard] { shard->journal_moved(); });
  threads_.start(journal_);
  threads_.start(store_);
  threads_.start(live_consumer_);
  if (config_.tracking_enabled) threads_.start(track_);
  threads_.start(catalogue_);
  threads_.start(dispatch_);
  if (forwarder_) threads_.start(*forwarder_);
  if (verification_) threads_.start(*verification_);
  threads_.start(persat_);
  threads_.start(webhooks_);
  threads_.start(presence_);
  threads_.start(alarm_teller_);
  threads_.start(http_);
  for (const auto& shard : shards_) shard->start();
}

void Gateway::run() {
  start();
  std::cout << ready_line(config_, database_) << std::endl;
  const int signal = supervisor_->run({.find_hanging = [this] { return vital_signs_.find_hanging(); },
                                       .status = [this] { return status(); },
                                       .reload = [this] { reload(); }});
  end(signal);
}

std::string Gateway::status() const {
  const StoreProgress stored = store_.progress();
  const std::uint64_t waiting =
      journal_.durable().units - std::min(journal_.durable().units, stored.cursor.units);
  const auto missing = this->missing();
  return fmt::format("{} devices connected, {} records wait for the database{}{}", memory_.identities.size(),
                     waiting, missing.empty() ? "" : "; ", missing.empty() ? "" : missing.front());
}

void Gateway::reload() {
  const ConfigResult read = read_config(file_);
  for (const ConfigError& error : read.errors) spdlog::error("{}", text_of(error, file_));
  if (!read.errors.empty()) {
    spdlog::error("the configuration was read again, and has mistakes: nothing changes");
    return;
  }
  const ConfigChanges changes = compare_config(texts_, read.texts);
  texts_ = texts_in_effect(texts_, read.texts);
  apply(read.config);
  spdlog::info("the configuration was read again; changed: {}",
               changes.at_once.empty() ? "nothing" : join(changes.at_once, ", "));
  if (!changes.after_restart.empty())
    spdlog::warn("these changes need a restart: {}", join(changes.after_restart, ", "));
}

// What config/reload.cc lists.
void Gateway::apply(const Config& config) {
  set_log_level(config.log_level);
  deadline_ = std::chrono::seconds(config.shutdown_deadline_s);
  for (const auto& shard : shards_) shard->reconfigure(config);
  doors_.reconfigure(config);
  store_.reconfigure(config);
  track_.set_parameters(config.tracking);
  webhooks_.reconfigure(config.webhooks);
  api_.set_pace(static_cast<double>(config.http_requests_per_second));
  if (forwarder_) forwarder_->set_pace(static_cast<double>(config.forward.requests_per_second));
}

// First those that devices speak to, then what carries on from the journal, in the direction of the flow.
void Gateway::end(int signal) {
  const auto begun = std::chrono::steady_clock::now();
  const auto until = begun + deadline_;
  spdlog::info("ending on signal {}, within {} s; {} connections are open", signal, deadline_.count(),
               memory_.open_connections.load());
  manager_.stopping("answering and storing what has come");
  supervisor_.reset();
  std::signal(SIGHUP, SIG_IGN);
  ending_ = true;
  dispatch_.stop();  // before the connections end, which say what they have not sent
  const bool answered = drain_shards(shards_, until);
  dispatch_.finish();
  const bool durable = journal_.wait_all_durable(until);
  store_.stop(until);
  track_.stop(until);
  if (forwarder_) forwarder_->stop(until);
  webhooks_.stop(until);
  say_what_is_left(answered, durable);
  threads_.stop();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  spdlog::info("ended after {:.3f} s", took.count());
}

void Gateway::say_what_is_left(bool answered, bool durable) const {
  if (!answered) spdlog::warn("some devices got no answer in time: they send again what was not answered");
  if (!durable)
    spdlog::warn("the journal did not take the last records: nobody was told that they are there");
  const std::uint64_t stored = store_.progress().cursor.units;
  const std::uint64_t units = journal_.durable().units;
  if (stored < units) {
    spdlog::info("{} records are in the journal and not in the database yet: the next start stores them",
                 units - stored);
  } else {
    spdlog::info("all that was acknowledged is stored");
  }
}

}  // namespace

int run_serve(const ConfigResult& started, const std::string& file) {
  std::signal(SIGPIPE, SIG_IGN);
  return_large_blocks();
  try {
    Gateway(started, file).run();
    return 0;
  } catch (const std::runtime_error& e) {  // StartError, or a system_error that names the address
    std::cerr << "rastro: " << e.what() << '\n';
    return 1;
  }
}

}  // namespace rastro
