#include "domain/lease.h"

namespace elevator::domain {

base::TimePoint end_of_run(std::span<const Lease> leases, base::TimePoint now) {
  base::TimePoint end = now;
  bool grew = true;
  while (grew) {  // at most 20 leases: a fixed point is simpler than sorting
    grew = false;
    for (const Lease& lease : leases) {
      if (lease.start <= end && lease.end > end) {
        end = lease.end;
        grew = true;
      }
    }
  }
  return end;
}

}  // namespace elevator::domain
