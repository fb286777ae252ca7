// Transaction: reads rows, applies events, and writes everything in one commit.
//
// A grant's news reach the requests they speak of in the same commit; records become sealed audit
// entries; every row gets the time at which its planner has something to do.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "workflow/plan_grant.h"
#include "workflow/plan_request.h"
#include "workflow/ports.h"
#include "workflow/settings.h"

namespace elevator::workflow {

class Transaction {
 public:
  Transaction(Ports& ports, const Settings& settings)
      : ports_(ports), settings_(settings), now_(ports.clock.now()) {}

  base::TimePoint now() const { return now_; }

  // kNotFound when there is no such row. The pointer stays valid until the transaction ends.
  base::Result<domain::Request*> request(const domain::RequestId& id);
  base::Result<domain::Grant*> grant(const domain::Assignment& assignment);
  base::Result<domain::Grant*> grant_or_new(const domain::Assignment& assignment);

  // A row that must not exist yet.
  domain::Request& add(domain::Request request);
  domain::Grant& add(domain::Grant grant);

  base::Status apply(domain::Request& request, const domain::RequestEvent& event);
  base::Status apply(domain::Grant& grant, const domain::GrantEvent& event);

  // Writes the rows that differ from what was read. Nothing differs: success without a write.
  base::Status commit();

  // Rows written by commit(): their planners may have something to do now.
  const std::set<ports::RowRef>& written() const { return written_; }

 private:
  template <typename T>
  struct Loaded {
    std::optional<T> before;
    T value;
    ports::Version version = 0;
  };

  base::Status tell_ends(const domain::Grant& grant, const std::vector<domain::Lease>& before);
  std::vector<ports::Write> changed() const;
  bool was_written(const std::vector<ports::Write>& writes);

  Ports& ports_;
  const Settings& settings_;
  base::TimePoint now_;
  std::map<domain::RequestId, Loaded<domain::Request>> requests_;
  std::map<domain::Assignment, Loaded<domain::Grant>> grants_;
  std::set<ports::RowRef> written_;
};

// When the planner has something to do for this row; none = never.
std::optional<base::TimePoint> due_of(const domain::Request& request, base::TimePoint now,
                                      const Settings& settings);
std::optional<base::TimePoint> due_of(const domain::Grant& grant, base::TimePoint now,
                                      const Settings& settings);

// Runs `work` and commits, again from fresh rows when somebody else was faster (a few times; then
// kConflict). `work` must therefore decide from what it reads, and may run several times.
// `touched`, when given, receives the rows written.
base::Status transact(Ports& ports, const Settings& settings,
                      const std::function<base::Status(Transaction&)>& work,
                      std::set<ports::RowRef>* touched = nullptr);

}  // namespace elevator::workflow
