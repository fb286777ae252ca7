#include "wire/aws/user_attributes.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "wire/aws/fields.h"

namespace elevator::wire::aws {
namespace identity_store {
namespace {

namespace json = boost::json;

struct Name {
  const char* key;        // AWS's
  const char* attribute;  // the rules'
};

constexpr std::array kOwn{
    Name{"DisplayName", "displayName"}, Name{"Title", "title"},
    Name{"Locale", "locale"},           Name{"Timezone", "timezone"},
    Name{"UserType", "userType"},       Name{"PreferredLanguage", "preferredLanguage"},
    Name{"ProfileUrl", "profileUrl"},   Name{"NickName", "nickName"}};
constexpr std::array kName{
    Name{"GivenName", "givenName"},
    Name{"FamilyName", "familyName"},
    Name{"MiddleName", "middleName"},
    Name{"HonorificPrefix", "honorificPrefix"},
    Name{"HonorificSuffix", "honorificSuffix"},
};
constexpr const char* kScimEnterprise =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr std::array kScim{Name{"department", "department"}, Name{"costCenter", "costCenter"},
                           Name{"organization", "organization"}, Name{"division", "division"},
                           Name{"employeeNumber", "employeeNumber"}};

std::string text_of(const json::value& value) {
  const auto& text = value.get_string();
  return {text.data(), text.size()};
}

class UserReader {
 public:
  explicit UserReader(const json::object& record) : record_(record) {}

  void read() {
    take(record_, kOwn);
    if (const auto* name = object_at(record_, "Name")) take(*name, kName);
    if (const auto* scim = object_at(record_, kScimEnterprise)) {
      take(*scim, kScim);
      take_manager(*scim, "manager");
    }
    if (const auto* extensions = object_at(record_, "Extensions")) read_extensions(*extensions);
    read_external_ids();
  }

  bool broken = false;
  bool has_enterprise = false;
  std::vector<std::pair<std::string, std::string>> attributes;

 private:
  // Absent and null are the same; anything but an object is a record we do not understand.
  const json::object* object_at(const json::object& in, std::string_view key) {
    const auto* value = in.if_contains(key);
    if (value == nullptr || value->is_null()) return nullptr;
    if (!value->is_object()) broken = true;
    return value->if_object();
  }

  void put(std::string_view name, std::string value) {
    const auto known = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const auto& one) { return one.first == name; });
    if (known == attributes.end()) {
      attributes.emplace_back(name, std::move(value));
    } else {
      known->second = std::move(value);
    }
  }

  template <size_t kCount>
  void take(const json::object& from, const std::array<Name, kCount>& names) {
    for (const Name& name : names) {
      const auto* value = from.if_contains(name.key);
      if (value == nullptr || value->is_null()) continue;
      if (!value->is_string()) {
        broken = true;
      } else if (!value->get_string().empty()) {
        put(name.attribute, text_of(*value));
      }
    }
  }

  // The manager is a person of its own: whatever names that person becomes an attribute.
  void take_manager(const json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    const auto* manager = value == nullptr ? nullptr : value->if_object();
    if (manager == nullptr) return;
    for (const auto& [member, name] :
         {std::pair{"value", "managerId"}, std::pair{"Value", "managerId"},
          std::pair{"displayName", "managerDisplayName"},
          std::pair{"DisplayName", "managerDisplayName"}}) {
      const auto* text = manager->if_contains(member);
      if (text == nullptr || !text->is_string() || text->get_string().empty()) continue;
      put(name, text_of(*text));
      put("manager", text_of(*text));  // the display name, when there is one
    }
  }

  void read_extensions(const json::object& extensions) {
    for (const auto& [key, value] : extensions) {
      if (const auto* members = value.if_object()) {
        has_enterprise = has_enterprise || key == kEnterprise;
        for (const auto& [name, member] : *members) {
          if (member.is_string()) put(name, text_of(member));
        }
        if (key == kEnterprise) {
          take_manager(*members, "manager");
          take_manager(*members, "Manager");
        }
      } else if (value.is_string()) {
        const std::string_view whole(key.data(), key.size());
        put(whole.substr(whole.rfind(':') + 1), text_of(value));  // npos + 1 is the whole
      }
    }
  }

  void read_external_ids() {
    const auto* ids = record_.if_contains("ExternalIds");
    if (ids == nullptr || !ids->is_array()) return;
    for (const json::value& one : ids->get_array()) {
      const auto* entry = one.if_object();
      if (entry == nullptr) continue;
      const auto* issuer = entry->if_contains("Issuer");
      const auto* id = entry->if_contains("Id");
      const bool both = issuer != nullptr && id != nullptr && issuer->is_string() &&
                        id->is_string() && !issuer->get_string().empty() &&
                        !id->get_string().empty();
      if (both) put("externalId_" + text_of(*issuer), text_of(*id));
    }
  }

  const json::object& record_;
};

std::string email_of(const json::object& record) {
  const auto* emails = record.if_contains("Emails");
  const auto* list = emails == nullptr ? nullptr : emails->if_array();
  if (list == nullptr || list->empty()) return {};
  const json::value* chosen = &list->front();
  for (const json::value& one : *list) {
    const auto* entry = one.if_object();
    const auto* primary = entry == nullptr ? nullptr : entry->if_contains("Primary");
    if (primary != nullptr && primary->is_bool() && primary->get_bool()) {
      chosen = &one;
      break;
    }
  }
  const auto* entry = chosen->if_object();
  const auto* value = entry == nullptr ? nullptr : entry->if_contains("Value");
  return value != nullptr && value->is_string() ? text_of(*value) : std::string();
}

}  // namespace

UserAttributes read_user(const json::value& record) {
  UserAttributes user;
  const auto* object = record.if_object();
  if (object == nullptr) return user;
  if (const auto* id = object->if_contains("UserId"); id != nullptr && id->is_string()) {
    user.user_id = text_of(*id);
  }
  user.email = email_of(*object);
  const auto* status = object->if_contains("UserStatus");
  user.enabled = status == nullptr || !status->is_string() || status->get_string() != "DISABLED";
  UserReader reader(*object);
  reader.read();
  user.has_enterprise = reader.has_enterprise;
  if (!reader.broken) user.attributes = std::move(reader.attributes);
  return user;
}

}  // namespace identity_store

template <>
base::Result<identity_store::ListUserAttributes::Response> decode(std::string_view text) {
  auto parsed = codec::parse_json(text);
  if (!parsed) return base::corrupt("a reply of AWS is not JSON: " + parsed.error().message);
  codec::Problems problems;
  const codec::Reader reader(*parsed, problems);
  identity_store::ListUserAttributes::Response response;
  for (const codec::Reader& user : reader.array("Users")) {
    response.users.push_back(identity_store::read_user(user.value()));
    if (response.users.back().user_id.empty()) user.problem("a user without UserId");
  }
  response.next_token = reader.optional_string("NextToken");
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return response;
}

template std::string encode(const identity_store::ListUserAttributes::Request&);

}  // namespace elevator::wire::aws
