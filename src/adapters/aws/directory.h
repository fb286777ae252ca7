// Directory over identitystore. GetUserId compares e-mail addresses letter by letter, so people
// are looked for as written, lower-cased and as user names, and then in an index of all users that
// is read in the background. One look-up never lists everybody. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/aws/catalogue_codec.h"
#include "adapters/aws/client.h"
#include "ports/directory.h"
#include "ports/identity_center.h"
#include "ports/snapshots.h"

namespace elevator::adapters::aws {

struct DirectoryOptions {
  std::vector<std::string> secondary_domains;  // "second.example", with or without '@'
  size_t width = 4;                            // calls at once while reading a group's members
};

class Directory final : public ports::Directory {
 public:
  Directory(Client& client, ports::IdentityCenter& identity_center, ports::Snapshots& snapshots,
            base::Logger& log, DirectoryOptions options);

  base::Result<domain::Principal> find(const std::string& as_written) override;
  // Remembered for five minutes.
  base::Result<std::set<domain::Email>> group_members(const std::string& group_name) override;
  // Asked now; a few calls, however large the group is.
  base::Result<bool> is_member(const std::string& group_name, const domain::Email& email) override;

  // Reads all users again. Called in the background.
  base::Status refresh();
  // Somebody else reads them: takes what they left.
  void reload();

 private:
  // Nobody there is not an error here: the next form is tried.
  using Found = base::Result<std::optional<domain::PrincipalId>>;
  Found by_address(const std::string& store, const std::string& as_written);
  Found by_attribute(const std::string& store, std::string_view path, const std::string& value);
  Found in_index(const std::string& lowered);
  base::Result<bool> has_address(const std::string& store, const domain::PrincipalId& user,
                                 const std::string& lowered);
  struct Group {
    std::string id;
    std::set<domain::Email> members;
    base::TimePoint read_at;
  };
  std::optional<Group> known_group(const std::string& name);
  base::Result<std::string> group_id(const std::string& store, const std::string& name);
  base::Result<std::set<domain::Email>> read_group(const std::string& store, const std::string& id);
  base::Result<std::vector<domain::Email>> emails_of(const std::string& store,
                                                     const std::string& user_id);
  std::shared_ptr<const UserIndex> index();
  std::shared_ptr<const UserIndex> read_snapshot();

  Client& client_;
  ports::IdentityCenter& identity_center_;
  ports::Snapshots& snapshots_;
  base::Logger& log_;
  DirectoryOptions options_;
  std::mutex mutex_;
  bool snapshot_looked_for_ = false;
  std::shared_ptr<const UserIndex> index_;
  std::map<std::string, Group> groups_;
};

}  // namespace elevator::adapters::aws
