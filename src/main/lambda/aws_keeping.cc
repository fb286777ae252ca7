#include "main/lambda/aws_keeping.h"

#include "adapters/aws/dynamodb/store.h"
#include "adapters/aws/s3_snapshots.h"
#include "adapters/aws/scheduler.h"
#include "adapters/files/local_timer.h"

namespace elevator::lambda {
namespace {

namespace aws = adapters::aws;

constexpr const char* kListings = "cache/";

serve::Keeping open(settings::Function function, const base::Clock& clock, aws::Client& client,
                    const settings::Settings& settings) {
  serve::Keeping keeping;
  keeping.store = aws::dynamodb::make_store(client, {.table = settings.state_table}, clock);
  keeping.audit = serve::audit_in_bucket(client, settings);
  // The syncer has neither forms nor grants.
  const bool syncs = function == settings::Function::kAttributeSyncer;
  if (settings.cache_enabled && !syncs) {
    keeping.snapshots =
        std::make_unique<aws::S3Snapshots>(aws::Bucket(client, settings.config_bucket), kListings);
  } else {
    keeping.snapshots = std::make_unique<aws::NoSnapshots>();
  }
  if (syncs) {
    keeping.timer = std::make_unique<adapters::files::LocalTimer>();
    return keeping;
  }
  const auto& timers = settings.timers;
  keeping.timer = std::make_unique<aws::SchedulerTimer>(
      client, aws::SchedulerOptions{.group = timers.group,
                                    .target_arn = timers.target_arn,
                                    .role_arn = timers.role_arn,
                                    .dead_letter_arn = timers.dead_letter_arn});
  keeping.foreign = std::make_unique<aws::SchedulesOfExistingProduct>(client, timers.group);
  return keeping;
}

}  // namespace

serve::Keep keep_at_aws(settings::Function function, const base::Clock& clock) {
  return [function, &clock](aws::Client& client, const settings::Settings& settings) {
    return base::Result<serve::Keeping>(open(function, clock, client, settings));
  };
}

}  // namespace elevator::lambda
