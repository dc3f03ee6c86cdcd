// The commands that look after a gateway's database from the shell: migrate, device.
// They work beside a running gateway, which notices what they change.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/config/config.h"
#include "pipeline/postgis/catalogue.h"

namespace rastro {

struct AdminOutput {
  std::ostream& out;
  std::ostream& err;
  bool json = false;
};

// Who runs the program, for the books: "shell ana".
std::string shell_actor();

// Exit codes: 0 done, 1 failed (said on err), 2 wrong usage.
int run_migrate(const Config& config, const AdminOutput& to);
int run_device_list(const Config& config, const std::string& status, const AdminOutput& to);
int run_device_add(const Config& config, const std::string& imei, const std::string& name,
                   std::optional<std::int64_t> persat_device_id, const AdminOutput& to);
// `status`: active, pending or disabled.
int run_device_status(const Config& config, const std::string& imei, const std::string& status,
                      const AdminOutput& to);
// A setting whose value is empty is taken away.
int run_device_change(const Config& config, const std::string& imei, const std::optional<std::string>& name,
                      std::optional<std::int64_t> persat_device_id, const postgis::NamedTexts& settings,
                      const AdminOutput& to);

}  // namespace rastro
