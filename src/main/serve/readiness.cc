#include "main/serve/readiness.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/text.h"

namespace elevator::serve {

bool is_temporary(const base::Error& error) {
  switch (error.kind) {
    case base::Kind::kThrottled:
    case base::Kind::kUnavailable:
    case base::Kind::kTimeout:
      return true;
    case base::Kind::kInvalid:
    case base::Kind::kNotFound:
    case base::Kind::kConflict:
    case base::Kind::kDenied:
    case base::Kind::kCorrupt:
    case base::Kind::kInternal:
      return false;
  }
  return false;
}

std::string listing_trouble(const base::Error& error) {
  const std::string what =
      "accounts, permission sets or people could not be read from AWS, so what people see may be "
      "old: " +
      error.message;
  if (error.kind == base::Kind::kDenied) {
    return what +
           ". Give the role of this program the permission that is missing: docs/aws.md lists all "
           "of them";
  }
  if (is_temporary(error)) {
    return what +
           ". It is tried again every half minute; if it stays so, see whether this machine "
           "reaches "
           "AWS (network, proxy, AWS_ENDPOINT_URL) and whether somebody else uses up the "
           "account's calls";
  }
  return what +
         ". It is tried again every half minute; see whether AWS_REGION and "
         "SSO_INSTANCE_ARN name the instance of Identity Center";
}

void Readiness::bad(const std::string& check, Weight weight, const std::string& says) {
  const std::lock_guard lock(mutex_);
  Trouble& trouble = by_check_[check];
  if (!trouble.since) trouble.since = clock_.now();
  trouble.check = check;
  trouble.weight = weight;
  trouble.says = says;
}

void Readiness::good(const std::string& check) {
  const std::lock_guard lock(mutex_);
  by_check_.erase(check);
}

void Readiness::note(const std::string& check, const base::Status& status) {
  if (status) return good(check);
  bad(check, is_temporary(status.error()) ? Weight::kWarns : Weight::kBlocks,
      status.error().message);
}

std::vector<Readiness::Trouble> Readiness::troubles() const {
  const std::lock_guard lock(mutex_);
  std::vector<Trouble> out;
  for (const auto& [check, trouble] : by_check_) out.push_back(trouble);
  return out;
}

bool is_ready(const std::vector<Readiness::Trouble>& troubles) {
  return std::ranges::none_of(troubles, [](const Readiness::Trouble& trouble) {
    return trouble.weight == Readiness::Weight::kBlocks;
  });
}

std::string to_json(const std::vector<Readiness::Trouble>& troubles) {
  boost::json::array problems;
  boost::json::array warnings;
  for (const Readiness::Trouble& trouble : troubles) {
    boost::json::object item;
    codec::put(item, "check", trouble.check);
    codec::put(item, "says", trouble.says);
    if (trouble.since) codec::put(item, "since", *trouble.since);
    (trouble.weight == Readiness::Weight::kBlocks ? problems : warnings).push_back(item);
  }
  boost::json::object out;
  codec::put(out, "ready", is_ready(troubles));
  out["problems"] = std::move(problems);
  out["warnings"] = std::move(warnings);
  return codec::to_json_text(out);
}

}  // namespace elevator::serve
