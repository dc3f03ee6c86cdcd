// All that a command passes, from the API through dispatcher, connection and device back into the table:
// everything but the protocol is the gateway's own, on a real server and real sockets. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "gateway/api/commands.h"
#include "gateway/consumers/command_dispatch.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/net/shard.h"
#include "pipeline/postgis/catalogue.h"
#include "tests/integration/line_device.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/line_protocol.h"
#include "tests/support/memory_folder.h"
#include "tests/support/test_database.h"
#include "tests/support/test_gate.h"

namespace rastro {

inline constexpr const char* kImei = "352093086403655";
inline constexpr const char* kOther = "352093086403663";

class Dispatch : public testing::Test {
 protected:
  Dispatch() {
    device_ = *catalogue_.add_device({.imei = kImei});
    other_ = *catalogue_.add_device({.imei = kOther});
    directory_.replace(*catalogue_.devices(), {});
    config_.listeners.push_back(
        {&test::line_protocol(), Transport::kTcp, "127.0.0.1:" + std::to_string(port_)});
    config_.unknown_devices = UnknownDevices::kAccept;
    config_.batch_ms = 1;
    config_.database_url = database_.url();
    EXPECT_TRUE(journal::Journal::open(test::open_memory_folder(disk_), {}, journal_).ok());
    store_ = std::make_unique<StoreConsumer>(*journal_, journal::kUnnamed, config_, database_.url());
    shard_ = std::make_unique<Shard>(NetContext{config_, *journal_, directory_, learnt_, metrics_,
                                                identities_, desk_, admission_, certificates_, buffers_,
                                                networks_, alarms_, open_connections_});
    shard_->listen(config_.listeners[0]);
    journal_->on_progress([this] { shard_->journal_moved(); });
    router_.guard_with(test::one_key("rastro_good", "apikey rastro_good"));
    add_command_routes(router_, directory_, identities_, commands_, [this] { return database_away_; });
    shard_->start();
    store_->start();
  }
  ~Dispatch() override {
    if (dispatch_) dispatch_->stop();
    shard_->stop();
    journal_->stop();
    store_->stop();
  }

  void begin_dispatch() {
    dispatch_ = std::make_unique<CommandDispatch>(database_.url(), identities_, desk_);
    dispatch_->start();
  }
  void begin() {
    journal_->start();
    begin_dispatch();
  }

  HttpResponse http(const std::string& method, const std::string& path, const std::string& query = {},
                    const std::string& body = {}, const std::string& type = "application/json") {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.body = body;
    request.content_type = type;
    request.authorization = authorization_;
    std::string_view route;
    return router_.answer(request, route);
  }
  std::string path(std::int64_t device = 0) const {
    return "/api/v1/devices/" + std::to_string(device == 0 ? device_ : device) + "/commands";
  }
  std::int32_t give(postgis::NewCommand command) {
    command.created_by = "test";
    command.ttl_s = 3600;
    const auto added = commands_.add(command);
    EXPECT_TRUE(added) << added.error().sentence;
    return added->id;
  }
  std::int32_t give(const std::string& text) { return give({.device_id = device_, .text = text}); }
  std::int32_t give_other(const std::string& text) { return give({.device_id = other_, .text = text}); }
  // "sent", or "answered: text" when that has come.
  std::string state(std::int32_t id) {
    return database_.value("SELECT concat_ws(': ', state, answer, reason) FROM rastro.command WHERE id = " +
                           std::to_string(id));
  }
  bool becomes(std::int32_t id, const std::string& wanted) {
    return test::eventually([&] { return state(id) == wanted; });
  }
  static std::string line_of(std::int32_t id, const std::string& text) {
    return "command " + std::to_string(id) + " " + text;
  }

  test::TestDatabase database_;
  postgis::Catalogue catalogue_{database_.url()};
  postgis::CommandStore commands_{database_.url()};
  const std::uint16_t port_ = test::free_port();
  Config config_;
  DeviceDirectory directory_;
  LearntNotes learnt_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  LiveIdentities identities_;
  AdmissionControl admission_{{}};
  Certificates certificates_{{}};
  BufferBudget buffers_{1 << 20};
  SourceNetworks networks_{{}};
  IdentityAlarms alarms_{registry_};
  CommandDesk desk_;
  std::atomic<std::int64_t> open_connections_{0};
  test::MemoryDisk disk_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<StoreConsumer> store_;
  std::unique_ptr<Shard> shard_;
  std::unique_ptr<CommandDispatch> dispatch_;
  Router router_;
  std::string authorization_ = "Bearer rastro_good";
  bool database_away_ = false;
  std::int64_t device_ = 0;
  std::int64_t other_ = 0;
};

}  // namespace rastro
