#include "wire/aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/crypto.h"
#include "base/lower_case.h"
#include "base/url.h"

namespace elevator::wire::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

using base::Result;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Blanks around the value go, every run of blanks inside becomes one space.
std::string collapse_blanks(std::string_view value) {
  std::string result;
  for (const char c : value) {
    if (!is_blank(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

// What is encoded already stays as it is, the rest is encoded.
std::string encode_once(std::string_view text) {
  const auto decoded = base::percent_decode(text);
  return base::percent_encode(decoded ? std::string_view(*decoded) : text);
}

// Sorted after encoding, by name and then by value.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view value =
        equals == part.size() ? std::string_view() : part.substr(equals + 1);
    pairs.emplace_back(encode_once(part.substr(0, equals)), encode_once(value));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string result;
  for (const auto& [name, value] : pairs) {
    if (!result.empty()) result += '&';
    result += name;
    result += '=';
    result += value;
  }
  return result;
}

// Lower-case name to joined values, in the order in which they were sent.
std::map<std::string, std::string> canonical_headers(const Headers& headers) {
  std::map<std::string, std::string> result;
  for (const auto& [name, value] : headers) {
    const auto [at, is_new] = result.try_emplace(base::lower_ascii(name), collapse_blanks(value));
    if (!is_new) at->second += ',' + collapse_blanks(value);
  }
  return result;
}

struct Canonical {
  std::string request;
  std::string signed_headers;
};

Canonical canonical_request(const SignableRequest& request,
                            const std::map<std::string, std::string>& headers, PathRule path_rule,
                            std::string_view payload_hash) {
  Canonical result;
  std::string header_lines;
  for (const auto& [name, value] : headers) {
    header_lines += name + ':' + value + '\n';
    if (!result.signed_headers.empty()) result.signed_headers += ';';
    result.signed_headers += name;
  }
  const std::string path =
      path_rule == PathRule::kAsSent ? request.path : encode_path(request.path);
  result.request = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path.empty() ? "/" : path,
                               canonical_query(request.query), header_lines, result.signed_headers,
                               payload_hash);
  return result;
}

struct Scope {
  std::string_view date;
  std::string_view region;
  std::string_view service;
  std::string text() const { return fmt::format("{}/{}/{}/aws4_request", date, region, service); }
};

std::string string_to_sign(std::string_view amz_date, const Scope& scope,
                           std::string_view canonical) {
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, amz_date, scope.text(),
                     base::sha256_hex(canonical));
}

std::string compute_signature(const base::Secret& secret, const Scope& scope,
                              std::string_view text) {
  const auto mac = [](std::string_view key, std::string_view message) {
    return std::string(base::as_bytes(base::hmac_sha256(key, message)));
  };
  std::string key = mac("AWS4" + std::string(secret.reveal()), scope.date);
  key = mac(key, scope.region);
  key = mac(key, scope.service);
  key = mac(key, "aws4_request");
  return base::to_hex(mac(key, text));
}

base::Error denied(std::string_view code, std::string_view why) {
  return {base::Kind::kDenied, fmt::format("{}: {}", code, why)};
}

// "Name=value" of the Authorization header's comma-separated parts.
std::optional<std::string_view> part_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const size_t end = std::min(header.find(','), header.size());
    std::string_view part = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (!part.empty() && is_blank(part.front())) part.remove_prefix(1);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

base::Status check_signed_headers(const SignableRequest& request,
                                  const std::vector<std::string>& names) {
  const auto is_signed = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host")) return denied("SignatureDoesNotMatch", "Host is not signed");
  for (const auto& [name, value] : request.headers) {
    const std::string key = base::lower_ascii(name);
    if (key.starts_with("x-amz-") && !is_signed(key)) {
      return denied("SignatureDoesNotMatch", key + " is not signed");
    }
  }
  for (const std::string& name : names) {
    const bool present =
        std::any_of(request.headers.begin(), request.headers.end(),
                    [&](const auto& header) { return base::lower_ascii(header.first) == name; });
    if (!present) return denied("SignatureDoesNotMatch", "signed header " + name + " is missing");
  }
  return {};
}

}  // namespace

std::string_view find_header(const Headers& headers, std::string_view name) {
  const std::string wanted = base::lower_ascii(name);
  for (const auto& [key, value] : headers) {
    if (base::lower_ascii(key) == wanted) return value;
  }
  return {};
}

std::string encode_path(std::string_view path) {
  std::string result;
  while (true) {
    const size_t end = path.find('/');
    result += base::percent_encode(path.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '/';
    path.remove_prefix(end + 1);
  }
}

std::string to_amz_date(base::TimePoint time) {
  std::string text = base::to_rfc3339(std::chrono::floor<base::Seconds>(time));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Result<base::TimePoint> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') {
    return base::invalid(fmt::format("\"{}\" is not a time like 20150830T123600Z", text));
  }
  return base::parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2),
                                         text.substr(6, 2), text.substr(9, 2), text.substr(11, 2),
                                         text.substr(13, 2)));
}

Signature sign(const SignableRequest& request, const Credentials& credentials,
               const SigningScope& scope) {
  Signature result;
  const std::string amz_date = to_amz_date(scope.time);
  const std::string payload_hash = base::sha256_hex(request.body);
  result.added.emplace_back("X-Amz-Date", amz_date);
  if (!credentials.session_token.empty()) {
    result.added.emplace_back("X-Amz-Security-Token",
                              std::string(credentials.session_token.reveal()));
  }
  if (scope.payload_header == PayloadHeader::kSend) {
    result.added.emplace_back("X-Amz-Content-Sha256", payload_hash);
  }
  Headers all = request.headers;
  all.insert(all.end(), result.added.begin(), result.added.end());

  Canonical canonical =
      canonical_request(request, canonical_headers(all), scope.path_rule, payload_hash);
  const Scope names{std::string_view(amz_date).substr(0, 8), scope.region, scope.service};
  result.canonical_request = std::move(canonical.request);
  result.signed_headers = std::move(canonical.signed_headers);
  result.string_to_sign = string_to_sign(amz_date, names, result.canonical_request);
  result.signature = compute_signature(credentials.secret_access_key, names, result.string_to_sign);
  result.added.emplace_back("Authorization",
                            fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                        kAlgorithm, credentials.access_key_id, names.text(),
                                        result.signed_headers, result.signature));
  return result;
}

Result<Authorization> parse_authorization(std::string_view header) {
  const base::Error incomplete =
      denied("IncompleteSignature", "the Authorization header is not Signature Version 4");
  if (!header.starts_with(kAlgorithm)) return incomplete;
  header.remove_prefix(kAlgorithm.size());
  const auto credential = part_of(header, "Credential");
  const auto signed_headers = part_of(header, "SignedHeaders");
  const auto signature = part_of(header, "Signature");
  if (!credential || !signed_headers || !signature) return incomplete;

  // An access key id holds no '/', so the scope is the last four parts.
  std::vector<std::string> parts = split(*credential, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return incomplete;
  return Authorization{std::move(parts[0]), std::move(parts[1]),         std::move(parts[2]),
                       std::move(parts[3]), split(*signed_headers, ';'), std::string(*signature)};
}

base::Status verify(const SignableRequest& request, const Authorization& authorization,
                    const base::Secret& secret_access_key, base::TimePoint now) {
  TRY_VOID(check_signed_headers(request, authorization.signed_headers));
  const std::string amz_date(find_header(request.headers, "X-Amz-Date"));
  TRY(const base::TimePoint time, parse_amz_date(amz_date));
  if (time > now + kSignatureTolerance || time < now - kSignatureTolerance) {
    return denied("RequestTimeTooSkewed",
                  "the request was signed more than 15 minutes away from now");
  }
  const Scope scope{authorization.date, authorization.region, authorization.service};
  if (!amz_date.starts_with(scope.date) || scope.date.size() != 8) {
    return denied("SignatureDoesNotMatch", "the credential's date is not the request's date");
  }
  const std::string body_hash = base::sha256_hex(request.body);
  const std::string_view sent_hash = find_header(request.headers, "X-Amz-Content-Sha256");
  if (!sent_hash.empty() && sent_hash != body_hash) {
    return denied("XAmzContentSHA256Mismatch", "the body is not the one that was signed");
  }

  Headers signed_only;
  for (const auto& header : request.headers) {
    const auto& names = authorization.signed_headers;
    if (std::find(names.begin(), names.end(), base::lower_ascii(header.first)) != names.end()) {
      signed_only.push_back(header);
    }
  }
  const PathRule rule = scope.service == "s3" ? PathRule::kAsSent : PathRule::kEncodeAgain;
  const Canonical canonical =
      canonical_request(request, canonical_headers(signed_only), rule, body_hash);
  const std::string expected = compute_signature(
      secret_access_key, scope, string_to_sign(amz_date, scope, canonical.request));
  if (!base::equal_in_constant_time(expected, authorization.signature)) {
    return denied("SignatureDoesNotMatch", "the signature is not the one of this request");
  }
  return {};
}

}  // namespace elevator::wire::aws
