// Site: the page's own HTTP interface (docs/demo.md): the assets, the stream of snapshots, and what
// the buttons do. Thread-safe.
#pragma once

#include <atomic>

#include "main/demo/snapshot.h"
#include "net/server.h"

namespace elevator::demo {

class Site {
 public:
  // `only_local_names`: refuse requests that name another host, which pages of other sites could
  // make a browser send.
  Site(Driver& driver, DemoClock& clock, Changes& changes, bool only_local_names)
      : driver_(driver),
        clock_(clock),
        changes_(changes),
        only_local_names_(only_local_names),
        snapshots_(driver, clock, changes) {}

  net::Reply handle(const net::Request& request);
  // Ends the streams.
  void close();

 private:
  net::Reply post(const net::Request& request);
  base::Result<boost::json::object> perform(std::string_view path, const boost::json::object& body);
  base::Status move_clock(const boost::json::object& body);
  base::Status set_fault(const boost::json::object& body);
  void stream(net::StreamWriter& writer);

  Driver& driver_;
  DemoClock& clock_;
  Changes& changes_;
  const bool only_local_names_;
  Snapshots snapshots_;
  std::atomic<bool> closed_{false};
};

}  // namespace elevator::demo
