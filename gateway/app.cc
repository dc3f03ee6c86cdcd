#include "gateway/app.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "gateway/api/api_keys.h"
#include "gateway/api/health.h"
#include "gateway/api/http_server.h"
#include "gateway/api/operator_api.h"
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
#include "gateway/net/shard.h"
#include "gateway/open_journal.h"
#include "gateway/persat/account.h"
#include "gateway/threads.h"
#include "gateway/zone_calendar.h"

namespace rastro {
namespace {

// For connections to be answered what is durable when the gateway ends.
constexpr std::chrono::milliseconds kDrainTime{3000};

std::vector<std::unique_ptr<Shard>> open_shards(const Config& config, const NetContext& context) {
  const std::size_t count = config.shards > 0 ? static_cast<std::size_t>(config.shards)
                                              : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Shard>> shards;
  for (std::size_t i = 0; i < count; ++i) {
    shards.push_back(std::make_unique<Shard>(context));
    for (const ListenerConfig& listener : config.listeners) shards.back()->listen(listener);
  }
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

// Takes the signals from when it is made, so that one that comes during the start is not lost; once it has
// gone, a second signal ends the process at once.
class EndSignal {
 public:
  EndSignal() {
    signals_.async_wait([](error_code, int signal) { spdlog::info("ending on signal {}", signal); });
  }
  void wait() { io_.run(); }

 private:
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
};

void drain(std::vector<std::unique_ptr<Shard>>& shards, const std::atomic<std::int64_t>& open_connections) {
  for (const auto& shard : shards) shard->drain();
  const auto until = std::chrono::steady_clock::now() + kDrainTime;
  while (open_connections.load() > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (const auto& shard : shards) shard->stop();
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

// What the parts know together.
struct Memory {
  DeviceDirectory directory;
  LearntNotes learnt;
  LiveState live;
  LiveIdentities identities;
  CommandDesk desk;
  ApiKeys keys;
  std::atomic<std::int64_t> open_connections{0};
};

void run(const Config& config) {
  auto end_signal = std::make_unique<EndSignal>();
  const ZoneCalendar calendar(config.timezone);
  const auto [journal, gateway_name] = open_journal(config);
  prometheus::Registry registry;
  Metrics metrics(registry);
  Memory memory;

  // Ports first: one that is taken is said before anything is started.
  const NetContext net{config,  *journal,          memory.directory, memory.learnt,
                       metrics, memory.identities, memory.desk,      memory.open_connections};
  auto shards = open_shards(config, net);
  Router router;
  HttpServer http(config.http_bind, router, metrics);

  Database database(config);
  start_database(database);
  database.keep_alive();
  StoreConsumer store(*journal, gateway_name, config, database.url());
  LiveConsumer live_consumer(*journal, memory.live);
  TrackConsumer track(*journal, gateway_name, config, database.url(), calendar);
  CatalogueWatch catalogue(database.url(), memory.directory, memory.learnt, memory.keys, memory.live);
  catalogue.on_settings_changed(
      [&](const DeviceIdentity& device) { tell_connection(memory.identities, device); });
  catalogue.load();
  CommandDispatch dispatch(database.url(), memory.identities, memory.desk);
  const auto forwarder = make_forwarder(config, *journal, memory.directory, calendar);
  const auto verification = make_forward_verification(config, forwarder.get(), memory.directory, registry);
  PersatAccount persat(config, database.url(), calendar, registry);
  const OperatorApi api(
      {config, memory.directory, memory.live, memory.identities, memory.keys, registry,
       [&] { return !dispatch.progress().trouble.empty(); }, forwarder.get(), persat.sync()},
      database.url(), router);
  WebhookDelivery webhooks(database.url(), config.webhooks, registry);
  PresenceWatch presence(database.url(), memory.identities, config.webhooks.offline_after_s);
  const ForwardCollector forward_collector(forwarder.get());
  const Collector collector(*journal, store, memory.directory, memory.identities);
  const CommandCollector command_collector(dispatch, store);
  const TrackCollector track_collector(*journal, track);

  add_health_routes(router, [&] { return missing_parts(*journal, database, store, memory.directory); },
                    {&registry, &collector, &forward_collector, &command_collector, &track_collector});
  for (const auto& shard : shards) journal->on_progress([&shard] { shard->journal_moved(); });
  Threads threads;
  threads.start(*journal);
  threads.start(store);
  threads.start(live_consumer);
  if (config.tracking_enabled) threads.start(track);
  threads.start(catalogue);
  threads.start(dispatch);
  if (forwarder) threads.start(*forwarder);
  if (verification) threads.start(*verification);
  threads.start(persat);
  threads.start(webhooks);
  threads.start(presence);
  threads.start(http);
  for (const auto& shard : shards) shard->start();
  std::cout << ready_line(config, database) << std::endl;

  end_signal->wait();
  end_signal.reset();
  dispatch.stop();  // before the connections end, which say what they have not sent
  drain(shards, memory.open_connections);
  dispatch.finish();
  threads.stop();
}

}  // namespace

int run_serve(const Config& config) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run(config);
    return 0;
  } catch (const std::runtime_error& e) {  // StartError, or a system_error that names the address
    std::cerr << "rastro: " << e.what() << '\n';
    return 1;
  }
}

}  // namespace rastro
