// What Persat's page "Cancelar OT" answers, word by word. Tests only; values.
#pragma once

#include <string>

namespace rastro::test {

inline std::string fault(int status, const std::string& type, const std::string& sentence) {
  return R"({"success":false,"error":{"status":)" + std::to_string(status) + R"(,"type":")" + type +
         R"(","userMessage":")" + sentence + R"("}})";
}

inline std::string done(const std::string& wo_id) {
  return R"({"success":true,"data":{"wo_id":")" + wo_id + R"("}})";
}

}  // namespace rastro::test
