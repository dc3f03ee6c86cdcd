#include "gateway/app.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "gateway/api/api_keys.h"
#include "gateway/api/health.h"
#include "gateway/api/http_server.h"
#include "gateway/api/operator_api.h"
#include "gateway/collector.h"
#include "gateway/command_collector.h"
#include "gateway/consumers/catalogue_watch.h"
#include "gateway/consumers/command_dispatch.h"
#include "gateway/consumers/forward_consumer.h"
#include "gateway/consumers/live_consumer.h"
#include "gateway/consumers/persat_sync.h"
#include "gateway/consumers/presence_watch.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/consumers/track_consumer.h"
#include "gateway/consumers/webhook_delivery.h"
#include "gateway/database.h"
#include "gateway/forward_collector.h"
#include "gateway/live_state.h"
#include "gateway/log.h"
#include "gateway/net/shard.h"
#include "gateway/persat_account.h"
#include "gateway/track_collector.h"
#include "gateway/work_orders/make_work_orders.h"
#include "gateway/work_orders/work_order_pull.h"
#include "gateway/zone_calendar.h"

namespace rastro {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;
// For connections to be answered what is durable when the gateway ends.
constexpr std::chrono::milliseconds kDrainTime{3000};

// A reason not to start, for people.
struct StartError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::unique_ptr<journal::Journal> open_journal(const Config& config) {
  journal::Options options;
  options.segment_size = static_cast<std::uint64_t>(config.journal_segment_mib) * kMiB;
  options.quota = static_cast<std::uint64_t>(config.journal_quota_mib) * kMiB;
  options.keep_age = std::chrono::hours(config.journal_keep_hours);
  options.keep_size = static_cast<std::uint64_t>(config.journal_keep_mib) * kMiB;
  options.consumers = {StoreConsumer::kName, LiveConsumer::kName};
  if (config.tracking_enabled) options.consumers.emplace_back(TrackConsumer::kName);
  if (config.forward.enabled) options.consumers.emplace_back(forward::Forwarder::kName);
  std::unique_ptr<journal::Folder> folder;
  std::unique_ptr<journal::Journal> journal;
  journal::IoStatus status = journal::open_posix_folder(config.data_dir + "/journal", true, folder);
  if (status.ok()) status = journal::Journal::open(std::move(folder), std::move(options), journal);
  if (!status.ok()) throw StartError("the journal cannot be opened: " + status.detail);
  if (const auto health = journal->health(); health.torn_bytes > 0) {
    spdlog::info(
        "the journal ended in {} bytes of an unfinished write, which nobody was told of; they are cut off",
        health.torn_bytes);
  }
  return journal;
}

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

// Null where Rastro keeps work orders itself.
std::unique_ptr<WorkOrderPull> make_work_order_pull(const Config& config, const std::string& database_url,
                                                    const ZoneCalendar& calendar,
                                                    prometheus::Registry& registry) {
  if (!relays_work_orders(config)) return nullptr;
  return std::make_unique<WorkOrderPull>(
      WorkOrderPull::Options{database_url, persat_api_options(config.persat),
                             std::chrono::minutes(config.persat.sync_minutes)},
      calendar, registry);
}

// Null without an account.
std::unique_ptr<PersatSync> make_persat_sync(const Config& config, const std::string& database_url,
                                             prometheus::Registry& registry) {
  if (!config.persat.configured()) return nullptr;
  return std::make_unique<PersatSync>(catalogue_options(config, database_url),
                                      std::chrono::minutes(config.persat.sync_minutes), registry);
}

void run(const Config& config) {
  auto end_signal = std::make_unique<EndSignal>();
  const ZoneCalendar calendar(config.timezone);
  const auto journal = open_journal(config);
  prometheus::Registry registry;
  Metrics metrics(registry);
  DeviceDirectory directory;
  LearntNotes learnt;
  LiveState live;
  LiveIdentities identities;
  CommandDesk desk;
  ApiKeys keys;
  std::atomic<std::int64_t> open_connections{0};

  // Ports first: one that is taken is said before anything is started.
  const NetContext net{config, *journal, directory, learnt, metrics, identities, desk, open_connections};
  auto shards = open_shards(config, net);
  Router router;
  HttpServer http(config.http_bind, router, metrics);

  Database database(config);
  start_database(database);
  database.keep_alive();
  StoreConsumer store(*journal, config, database.url());
  LiveConsumer live_consumer(*journal, live);
  TrackConsumer track(*journal, config, database.url(), calendar);
  CatalogueWatch catalogue(database.url(), directory, learnt, keys, live);
  catalogue.on_settings_changed([&](const DeviceIdentity& identity) {
    if (const auto speaker = identities.find(identity); speaker.connection)
      speaker.connection->settings_changed();
  });
  catalogue.load();
  CommandDispatch dispatch(database.url(), identities, desk);
  const auto forwarder = make_forwarder(config, *journal, directory, calendar);
  const auto persat = make_persat_sync(config, database.url(), registry);
  const OperatorApi api({config, directory, live, identities, keys, registry,
                         [&] { return !dispatch.progress().trouble.empty(); }, forwarder.get(), persat.get()},
                        database.url(), router);
  const auto work_orders = make_work_order_pull(config, database.url(), calendar, registry);
  WebhookDelivery webhooks(database.url(), config.webhooks, registry);
  PresenceWatch presence(database.url(), identities, config.webhooks.offline_after_s);
  const ForwardCollector forward_collector(forwarder.get());
  const Collector collector(*journal, store, directory, identities);
  const CommandCollector command_collector(dispatch, store);
  const TrackCollector track_collector(*journal, track);

  add_health_routes(router, [&] { return missing_parts(*journal, database, store, directory); },
                    {&registry, &collector, &forward_collector, &command_collector, &track_collector});
  for (const auto& shard : shards) journal->on_progress([&shard] { shard->journal_moved(); });
  journal->start();
  store.start();
  live_consumer.start();
  if (config.tracking_enabled) track.start();
  catalogue.start();
  dispatch.start();
  if (forwarder) forwarder->start();
  if (work_orders) work_orders->start();
  webhooks.start();
  presence.start();
  if (persat) persat->start();
  http.start();
  for (const auto& shard : shards) shard->start();
  std::cout << ready_line(config, database) << std::endl;

  end_signal->wait();
  end_signal.reset();
  dispatch.stop();  // before the connections end, which say what they have not sent
  drain(shards, open_connections);
  dispatch.finish();
  http.stop();
  if (work_orders) work_orders->stop();
  presence.stop();
  webhooks.stop();
  if (persat) persat->stop();
  catalogue.stop();
  track.stop();
  store.stop();
  live_consumer.stop();
  if (forwarder) forwarder->stop();
  journal->stop();
  database.stop();
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
