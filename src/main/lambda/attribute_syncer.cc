// The attribute syncer: one run of the attribute sync for each event of its rule.
#include "main/lambda/function.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::lambda {
namespace {

using entry::lambda::Answer;
using entry::lambda::Invocation;

// Of a run's time, after its last change.
constexpr base::Milliseconds kToTellAndRecord = base::Seconds(20);

class AttributeSyncer final : public Function {
 public:
  explicit AttributeSyncer(const World& world) : world_(world) {}

  base::Status start() override { return {}; }

  base::Result<Answer> handle(const Invocation& invocation) override {
    TRY(const auto event, wire::aws::parse_scheduled_event(invocation.payload));
    if (!std::holds_alternative<wire::aws::AttributeSync>(event)) {
      return base::invalid("the attribute syncer syncs and does nothing else");
    }
    // Groups that the rules give are not the sync's.
    TRY_VOID(world_.graph.rulebook().refresh());
    TRY_VOID(world_.graph.upkeep().sync(invocation.deadline - kToTellAndRecord));
    return Answer{.body = "{}"};
  }

 private:
  World world_;
};

}  // namespace

std::unique_ptr<Function> make_attribute_syncer(const World& world) {
  return std::make_unique<AttributeSyncer>(world);
}

}  // namespace elevator::lambda
