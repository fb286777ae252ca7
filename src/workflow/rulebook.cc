#include "workflow/rulebook.h"

#include <boost/json/object.hpp>

#include "base/crypto.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/named_row.h"

namespace elevator::workflow {
namespace {

constexpr const char* kRulesRow = "rules";
// A row holds 128 KB, and JSON may need two bytes for one. A larger document is read from beside
// the audit log.
constexpr size_t kLargestKept = 50'000;
constexpr size_t kLongestProblems = 1500;

// The body of the row.
struct Kept {
  std::string digest;
  std::string document;        // empty: too large to be kept here; see document_key()
  std::string refused_digest;  // the last bad document
  std::string to_announce;     // what people are to be told about it; empty = told
};

std::string encode_kept(const Kept& kept) {
  boost::json::object body;
  codec::put(body, "digest", kept.digest);
  codec::put(body, "document", kept.document);
  codec::put(body, "refused_digest", kept.refused_digest);
  codec::put(body, "to_announce", kept.to_announce);
  return codec::to_json_text(body);
}

base::Result<Kept> decode_kept(const std::string& body) {
  if (body.empty()) return Kept{};
  TRY(const auto value, codec::parse_json(body));
  codec::Problems problems;
  const codec::Reader reader(value, problems);
  Kept kept{.digest = reader.string_or("digest", ""),
            .document = reader.string_or("document", ""),
            .refused_digest = reader.string_or("refused_digest", ""),
            .to_announce = reader.string_or("to_announce", "")};
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return kept;
}

std::string document_key(const std::string& digest) { return "rules/" + digest + ".json"; }

audit::Entry entry_for(std::string digest, std::string decision, std::string reason,
                       base::TimePoint now) {
  audit::Entry entry;
  entry.operation = audit::Operation::kRules;
  entry.audit_entry_type = "rules";
  entry.rule_digest = std::move(digest);
  entry.decision = std::move(decision);
  entry.reason = std::move(reason);
  entry.time = now;
  return entry;
}

}  // namespace

base::Result<std::shared_ptr<const policy::Rules>> Rulebook::current() {
  const std::lock_guard lock(mutex_);
  if (rules_) return rules_;
  return base::not_found(trouble_ ? trouble_->message : "no rules document was read yet");
}

std::optional<base::Error> Rulebook::trouble() {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Rulebook::set(std::shared_ptr<const policy::Rules> rules) {
  const std::lock_guard lock(mutex_);
  rules_ = std::move(rules);
}

std::string Rulebook::kept_document(const std::string& digest, const std::string& in_row) {
  if (!in_row.empty()) return in_row;
  auto read = dependencies_.audit.read(document_key(digest));
  if (read && base::sha256_hex(*read) == digest) return *std::move(read);
  // The source will have to do; until then requests are refused and revocation goes on.
  dependencies_.log.error(
      "kept_rules_unreadable",
      {{"rule_digest", digest},
       {"error", read ? "its bytes do not have this digest" : read.error().message}});
  return {};
}

base::Status Rulebook::load() {
  TRY(const auto read, dependencies_.store.named(kRulesRow));
  if (!read) return {};
  TRY(const Kept kept, decode_kept(read->value.body));
  if (kept.digest.empty()) return {};
  const std::string document = kept_document(kept.digest, kept.document);
  if (document.empty()) return {};
  auto parsed = policy::parse_rules(document);
  if (!parsed) {
    // An older release accepted it. Nothing of it is used; the source will have to do.
    dependencies_.log.error("kept_rules_refused", {{"problems", codec::to_string(parsed.error())}});
    return {};
  }
  set(std::make_shared<const policy::Rules>(std::move(parsed->rules)));
  return {};
}

// What a decision names by its digest can be read as long as the decision itself (I4).
base::Status Rulebook::keep_document(const policy::Rules& rules) {
  return dependencies_.audit.append({document_key(rules.digest().str()), rules.document()});
}

base::Status Rulebook::adopt(std::shared_ptr<const policy::Rules> rules) {
  TRY_VOID(keep_document(*rules));
  const std::string digest = rules->digest().str();
  const auto now = dependencies_.clock.now();
  TRY_VOID(
      change_named_row(dependencies_.store, kRulesRow, [&](ports::NamedRow& row) -> base::Status {
        TRY(Kept kept, decode_kept(row.body));
        if (kept.digest == digest && kept.refused_digest.empty()) return {};
        const bool same = kept.digest == digest;
        const bool told_of_mistakes = !kept.refused_digest.empty() && kept.to_announce.empty();
        kept = Kept{.digest = digest};
        if (told_of_mistakes) {
          kept.to_announce = "The rules document is valid again, and in force.";
        }
        if (rules->document().size() <= kLargestKept) kept.document = rules->document();
        row.body = encode_kept(kept);
        if (!same) {
          record(row, audit::Stream::rules(),
                 entry_for(digest, "in_force", "this rules document is in force now", now));
        }
        return {};
      }));
  set(std::move(rules));
  {
    const std::lock_guard lock(mutex_);
    trouble_.reset();
  }
  dependencies_.log.info("rules_in_force", {{"rule_digest", digest}});
  return {};
}

base::Status Rulebook::reject(const ports::RulesDocument& document, const std::string& problems,
                              bool quiet) {
  const std::string digest = base::sha256_hex(document.bytes);
  const auto now = dependencies_.clock.now();
  {
    const std::lock_guard lock(mutex_);
    trouble_ = base::invalid("the rules document is not valid: " + problems);
  }
  dependencies_.log.error("rules_refused",
                          {{"rule_digest", digest}, {"problems", quiet ? "said below" : problems}});
  return change_named_row(
      dependencies_.store, kRulesRow, [&](ports::NamedRow& row) -> base::Status {
        TRY(Kept kept, decode_kept(row.body));
        if (kept.refused_digest == digest) return {};
        kept.refused_digest = digest;
        kept.to_announce =
            "The new rules document is not valid and is not used; " +
            std::string(kept.digest.empty() ? "until it is corrected, requests are refused"
                                            : "the last good one stays in force") +
            ".\n" + problems.substr(0, kLongestProblems);
        row.body = encode_kept(kept);
        record(row, audit::Stream::rules(),
               entry_for(digest, "refused", problems.substr(0, kLongestProblems), now));
        return {};
      });
}

base::Status Rulebook::announce() {
  TRY(const auto read, dependencies_.store.named(kRulesRow));
  if (!read) return {};
  TRY(const Kept kept, decode_kept(read->value.body));
  if (kept.to_announce.empty()) return {};
  TRY_VOID(dependencies_.chat.announce(kept.to_announce));
  return change_named_row(dependencies_.store, kRulesRow,
                          [&](ports::NamedRow& row) -> base::Status {
                            TRY(Kept now, decode_kept(row.body));
                            if (now.to_announce == kept.to_announce) now.to_announce.clear();
                            row.body = encode_kept(now);
                            return {};
                          });
}

// Neither waits for the other: Slack may be down, or the audit log.
base::Status Rulebook::tell_and_deliver() {
  const auto delivered = deliver_named_row(dependencies_.store, dependencies_.audit, kRulesRow);
  const auto announced = announce();
  return delivered ? announced : delivered;
}

base::Status Rulebook::read_source(bool quiet) {
  auto fetched = dependencies_.source.fetch(known_version_);
  if (!fetched) {
    // What was known of the document does not hold any more: it is judged anew when it is back.
    known_version_.clear();
    const std::lock_guard lock(mutex_);
    trouble_ = fetched.error();
    return std::move(fetched).error();
  }
  if (!*fetched) return {};
  const ports::RulesDocument& document = **fetched;
  auto parsed = policy::parse_rules(document.bytes);
  if (parsed) {
    for (const auto& warning : parsed->warnings) {
      dependencies_.log.warning("rules_warning", {{"warning", codec::to_string(warning)}});
    }
    if (auto adopted = adopt(std::make_shared<const policy::Rules>(std::move(parsed->rules)));
        !adopted) {
      auto error = base::with_context("the new rules cannot be kept, so they are not in force yet",
                                      std::move(adopted).error());
      const std::lock_guard lock(mutex_);
      trouble_ = error;
      return error;
    }
  } else {
    std::string problems = codec::to_string(parsed.error());
    while (problems.ends_with('\n')) problems.pop_back();
    TRY_VOID(reject(document, problems, quiet));
  }
  known_version_ = document.version;
  return {};
}

base::Status Rulebook::refresh(bool quiet) {
  // What is to be told and audited is, whether or not the source can be read.
  const auto read = read_source(quiet);
  const auto told = tell_and_deliver();
  return read ? told : read;
}

}  // namespace elevator::workflow
