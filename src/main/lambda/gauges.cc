#include "main/lambda/gauges.h"

namespace elevator::lambda {

void Gauges::gauge(std::string_view name, double value, base::Labels) {
  const std::lock_guard lock(mutex_);
  values_.insert_or_assign(std::string(name), value);
}

bool Gauges::write(base::Logger& log) {
  std::map<std::string, double, std::less<>> values;
  {
    const std::lock_guard lock(mutex_);
    values.swap(values_);
  }
  if (!values.contains("sso_elevator_revocations_overdue")) {
    log.error("grants_not_counted");
    return false;
  }
  const auto whole = [&](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::int64_t{0} : static_cast<std::int64_t>(found->second);
  };
  log.info("reconciled",
           {{"sso_elevator_grants_live", whole("sso_elevator_grants_live")},
            {"sso_elevator_requests_pending", whole("sso_elevator_requests_pending")},
            {"sso_elevator_revocations_overdue", whole("sso_elevator_revocations_overdue")},
            {"sso_elevator_revocation_oldest_overdue_seconds",
             whole("sso_elevator_revocation_oldest_overdue_seconds")}});
  return true;
}

}  // namespace elevator::lambda
