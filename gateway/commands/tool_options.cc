// The options of the commands that need no database: decode, simulate, journal.
#include <unistd.h>

#include <fstream>
#include <memory>

#include "gateway/commands/decode.h"
#include "gateway/commands/journal.h"
#include "gateway/commands/redecode.h"
#include "gateway/commands/shell.h"
#include "gateway/commands/simulate.h"
#include "schema/json.h"

namespace rastro {

void add_decode_command(CLI::App& app, Shell& shell) {
  struct Options {
    DecodeOptions decode;
    std::string transport = "tcp", imei, crc = "strict", file = "-";
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("decode", "decode frames, one hex string a line, to JSON");
  command->add_option("--protocol", options->decode.protocol, "gt06 or teltonika")->required();
  command->add_option("--transport", options->transport)
      ->check(CLI::IsMember({"tcp", "udp"}))
      ->capture_default_str();
  command->add_option("--imei", options->imei, "start every connection as logged in with this identity");
  for (const DeviceSettingHelp& setting : device_setting_helps()) {
    const std::string name(setting.name);
    const auto set = [options, name](const std::string& value) {
      const auto wrong = set_device_setting(options->decode.session.settings, name, value);
      if (wrong) throw CLI::ValidationError(name, *wrong);
    };
    if (name == "io16") {
      command->add_flag_callback(
          option_of(setting), [set] { set("true"); }, std::string(setting.help));
    } else {
      command->add_option_function<std::string>(option_of(setting), set, std::string(setting.help));
    }
  }
  command->add_option_function<std::string>(
      "--received",
      [options](const std::string& value) {
        const auto time_ms = parse_iso8601(value);
        if (!time_ms) throw CLI::ValidationError("received", "expected a time such as 2026-11-24T15:30:00Z");
        options->decode.received_ms = *time_ms;
      },
      "when the bytes came: corrects clocks by it and answers requests for the time");
  command->add_option("--crc", options->crc, "accept: decode frames with a wrong checksum too")
      ->check(CLI::IsMember({"strict", "accept"}))
      ->capture_default_str();
  command->add_option("file", options->file, "file, or - for standard input")->capture_default_str();
  command->callback([&shell, options] {
    SessionOptions& session = options->decode.session;
    session.transport = options->transport == "udp" ? Transport::kUdp : Transport::kTcp;
    session.checksum = options->crc == "accept" ? ChecksumPolicy::kAccept : ChecksumPolicy::kStrict;
    session.identity = DeviceIdentity(options->imei);
    if (options->file == "-") {
      shell.exit_code = run_decode(options->decode, std::cin, std::cout, std::cerr);
      return;
    }
    std::ifstream in(options->file);
    if (!in) {
      std::cerr << "rastro: cannot read " << options->file << '\n';
      shell.exit_code = 1;
      return;
    }
    shell.exit_code = run_decode(options->decode, in, std::cout, std::cerr);
  });
}

void add_simulate_command(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = app.add_subcommand("simulate", "speak to a gateway as devices do");
  command->add_option("--protocol", options->protocol, "gt06 or teltonika")->required();
  command->add_option("--target", options->target, "address and port of the gateway's listener")->required();
  command->add_option("--transport", options->transport)
      ->check(CLI::IsMember({"tcp", "udp"}))
      ->capture_default_str();
  command->add_option("--devices", options->devices)->required();
  command->add_option("--duration", options->duration_s, "seconds")->required()->check(CLI::PositiveNumber);
  command
      ->add_option("--interval-ms", options->interval_ms,
                   "between packets; 0: as fast as acknowledgements allow")
      ->capture_default_str();
  command->add_option("--records-per-packet", options->records_per_packet)->capture_default_str();
  command->add_option("--backlog", options->backlog,
                      "records that each device has kept and sends first, as after an outage");
  command
      ->add_option("--ramp", options->ramp_s,
                   "seconds over which the first connections are spread; default: one interval")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--warm-up", options->warm_up_s,
                   "seconds at the start whose packets are in no latency: the connecting is another question")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--connections-from", options->connections_from,
                      "local addresses to connect from, with commas");
  command->add_option("--seed", options->seed, "same seed, same devices and roads")->capture_default_str();
  command->add_option("--ledger", options->ledger, "file for a line of each acknowledged record");
  command
      ->add_option("--duplicate-percent", options->duplicate_percent,
                   "packets that are sent again once acknowledged")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_flag("--list-devices", options->list_devices, "print the devices' identities and end");
  command->callback([&shell, options] {
    shell.exit_code = run_simulate(*options, std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1);
  });
}

void add_journal_commands(CLI::App& app, Shell& shell) {
  auto dir = std::make_shared<std::string>();
  CLI::App* journal = app.add_subcommand("journal", "read a journal offline")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help,
                       int (*run)(const std::string&, std::ostream&, std::ostream&)) {
    CLI::App* command = journal->add_subcommand(name, help);
    command->add_option("dir", *dir, "the data folder, or the journal folder in it")->required();
    command->callback([&shell, dir, run] { shell.exit_code = run(*dir, std::cout, std::cerr); });
  };
  add("verify", "check every record", run_journal_verify);
  add("ls", "list the segments", run_journal_ls);
  add("cat", "print every record as JSON", run_journal_cat);

  auto options = std::make_shared<RedecodeOptions>();
  CLI::App* redecode =
      add_configured(*journal, shell, "redecode",
                     "decode frames that were kept raw with today's decoder, and show the difference");
  redecode->add_option("dir", options->dir,
                       "the data folder, or the journal folder in it; default: data_dir");
  redecode->add_flag("--apply", options->apply, "write the new reading, in one transaction");
  redecode->add_flag("--all", options->all, "also what today's version decoded: after a change of settings");
  redecode->add_option("--show", options->show, "differences to print")->capture_default_str();
  redecode->callback([&shell, options] {
    shell.with_config([&](const Config& config) {
      if (options->dir.empty()) options->dir = config.data_dir;
      return run_journal_redecode(config, *options, std::cout, std::cerr);
    });
  });
}

}  // namespace rastro
