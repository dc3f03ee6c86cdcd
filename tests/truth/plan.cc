#include "tests/truth/plan.h"

#include "tests/truth/csv.h"

namespace rastro::truth {

std::vector<PlanRow> read_plan(const std::string& path) {
  CsvReader csv(path);
  const std::size_t device = csv.column("device");
  const std::size_t day = csv.column("day");
  const std::size_t vehicle = csv.column("vehicle");
  const std::size_t kind = csv.column("kind");
  const std::size_t clients = csv.column("clients");
  std::vector<PlanRow> rows;
  while (csv.next()) {
    rows.push_back({std::string(csv.text(device)), csv.required_integer(day), std::string(csv.text(vehicle)),
                    std::string(csv.text(kind)), csv.list(clients)});
  }
  return rows;
}

void write_plan(const std::string& path, const std::vector<PlanRow>& rows) {
  CsvWriter csv(path, "device,day,vehicle,kind,clients");
  for (const PlanRow& row : rows) {
    csv.text(row.device).integer(row.day).text(row.vehicle).text(row.kind).list(row.clients).end_row();
  }
  csv.close();
}

}  // namespace rastro::truth
