#include "wire/aws/sigv4.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/support/folders.h"

namespace elevator::wire::aws::sigv4_test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

// AWS's own suite is not part of this repository; it is used where it lies beside the checkout.
fs::path official_suite() {
  for (const char* place : {"../shared", "../../shared"}) {
    const fs::path folder = fs::path(tests::source_folder()) / place / "vectors/sigv4";
    if (fs::is_directory(folder)) return folder;
  }
  return {};
}

// The suite's "normalize": dot segments and repeated slashes go. The product never sends them.
std::string normalize(const std::string& path) {
  std::vector<std::string> kept;
  std::stringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');) {
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!part.empty() && part != ".") {
      kept.push_back(part);
    }
  }
  std::string result;
  for (const auto& part : kept) result += "/" + part;
  const bool is_folder = path.ends_with("/") || path.ends_with("/.") || path.ends_with("/..");
  return is_folder || result.empty() ? result + "/" : result;
}

SignableRequest parse_request_file(const std::string& text) {
  SignableRequest request;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  request.method = line.substr(0, line.find(' '));
  const size_t start = line.find(' ') + 1;
  const std::string target = line.substr(start, line.rfind(' ') - start);
  request.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
  while (std::getline(lines, line) && !line.empty()) {
    if (line.front() == ' ') {
      request.headers.back().second += "\n" + line;
    } else {
      const size_t colon = line.find(':');
      request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
  }
  std::getline(lines, request.body, '\0');
  return request;
}

void check_official_case(const fs::path& folder) {
  CAPTURE(folder.filename().string());
  const json::object context = json::parse(read(folder / "context.json")).as_object();
  const json::object& keys = context.at("credentials").as_object();
  SignableRequest request = parse_request_file(read(folder / "request.txt"));
  if (context.at("normalize").as_bool()) request.path = normalize(request.path);

  const bool omit_token =
      context.contains("omit_session_token") && context.at("omit_session_token").as_bool();
  Credentials credentials{
      text_of(keys.at("access_key_id")), base::Secret(text_of(keys.at("secret_access_key"))), {}};
  if (keys.contains("token") && !omit_token) {
    credentials.session_token = base::Secret(text_of(keys.at("token")));
  }
  const SigningScope scope{.region = text_of(context.at("region")),
                           .service = text_of(context.at("service")),
                           .time = *base::parse_rfc3339(text_of(context.at("timestamp"))),
                           .payload_header = context.at("sign_body").as_bool()
                                                 ? PayloadHeader::kSend
                                                 : PayloadHeader::kOmit};
  const Signature result = sign(request, credentials, scope);
  CHECK(result.canonical_request == read(folder / "header-canonical-request.txt"));
  CHECK(result.string_to_sign == read(folder / "header-string-to-sign.txt"));
  CHECK(result.signature == read(folder / "header-signature.txt"));
  const std::string expected = read(folder / "header-signed-request.txt");
  CHECK(expected.find("Authorization:" + result.added.back().second) != std::string::npos);
}

TEST_CASE("sign_officialSuite_everyIntermediateMatches") {
  const fs::path suite = official_suite();
  if (suite.empty()) {
    std::cerr << "SKIPPED sigv4: the suite of AWS does not lie beside the checkout\n";
    return;
  }
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(suite)) {
    if (!entry.is_directory()) continue;
    check_official_case(entry.path());
    ++count;
  }
  CHECK(count == 38);
}

json::object own_vectors() {
  return json::parse(
             read(fs::path(tests::source_folder()) / "tests/vectors/sigv4_own/vectors.json"))
      .as_object();
}

struct OwnCase {
  SignableRequest request;
  Credentials credentials;
  SigningScope scope;
};

OwnCase to_case(const json::object& document, const json::object& vector) {
  OwnCase result;
  result.request = {.method = text_of(vector.at("method")),
                    .path = text_of(vector.at("path")),
                    .query = text_of(vector.at("query")),
                    .headers = {},
                    .body = text_of(vector.at("body"))};
  for (const auto& header : vector.at("headers").as_array()) {
    result.request.headers.emplace_back(text_of(header.at(0)), text_of(header.at(1)));
  }
  result.credentials = {text_of(document.at("access_key_id")),
                        base::Secret(text_of(document.at("secret_access_key"))),
                        base::Secret(text_of(vector.at("session_token")))};
  const bool is_s3 = vector.at("service") == "s3";
  result.scope = {.region = text_of(vector.at("region")),
                  .service = text_of(vector.at("service")),
                  .time = *base::parse_rfc3339(text_of(vector.at("time"))),
                  .path_rule = is_s3 ? PathRule::kAsSent : PathRule::kEncodeAgain,
                  .payload_header = is_s3 ? PayloadHeader::kSend : PayloadHeader::kOmit};
  return result;
}

TEST_CASE("sign_vectorsFromBotocore_everyIntermediateMatches") {
  const json::object document = own_vectors();
  CHECK(document.at("cases").as_array().size() >= 16);
  for (const auto& value : document.at("cases").as_array()) {
    const json::object& vector = value.as_object();
    CAPTURE(text_of(vector.at("name")));
    const OwnCase own = to_case(document, vector);
    const Signature result = sign(own.request, own.credentials, own.scope);
    CHECK(result.canonical_request == text_of(vector.at("canonical_request")));
    CHECK(result.string_to_sign == text_of(vector.at("string_to_sign")));
    CHECK(result.signature == text_of(vector.at("signature")));
    CHECK(result.added.back().second == text_of(vector.at("authorization")));
  }
}

// What the other side receives: the request with everything that signing added.
SignableRequest received(const OwnCase& own) {
  SignableRequest request = own.request;
  const Signature signature = sign(own.request, own.credentials, own.scope);
  request.headers.insert(request.headers.end(), signature.added.begin(), signature.added.end());
  return request;
}

base::Status verify_at(const SignableRequest& request, const Credentials& credentials,
                       base::TimePoint now) {
  TRY(const auto authorization, parse_authorization(find_header(request.headers, "authorization")));
  return verify(request, authorization, credentials.secret_access_key, now);
}

TEST_CASE("verify_whenAnyPartChanges_refusesWithTheCodeOfAws") {
  const json::object document = own_vectors();
  for (const auto& value : document.at("cases").as_array()) {
    const OwnCase own = to_case(document, value.as_object());
    CAPTURE(text_of(value.at("name")));
    const SignableRequest good = received(own);
    const base::TimePoint now = own.scope.time;
    CHECK(verify_at(good, own.credentials, now).has_value());
    CHECK(verify_at(good, own.credentials, now + base::minutes(15)).has_value());

    const auto refused = [&](const SignableRequest& request, std::string_view code) {
      const base::Status status = verify_at(request, own.credentials, now);
      REQUIRE_FALSE(status.has_value());
      CHECK(status.error().kind == base::Kind::kDenied);
      CHECK(status.error().message.starts_with(code));
    };
    SignableRequest changed = good;
    changed.path += "x";
    refused(changed, "SignatureDoesNotMatch");
    changed = good;
    changed.method = "DELETE";
    refused(changed, "SignatureDoesNotMatch");
    changed = good;
    changed.query += "&x=1";
    refused(changed, "SignatureDoesNotMatch");
    changed = good;
    changed.body += " ";
    refused(changed,
            own.scope.service == "s3" ? "XAmzContentSHA256Mismatch" : "SignatureDoesNotMatch");
    changed = good;
    changed.headers.emplace_back("X-Amz-Target", "Evil.Call");
    refused(changed, "SignatureDoesNotMatch");
    changed = good;
    changed.headers.erase(changed.headers.begin());
    refused(changed, "SignatureDoesNotMatch");

    for (const base::minutes skew : {base::minutes(16), base::minutes(-16)}) {
      const base::Status late = verify_at(good, own.credentials, now + skew);
      REQUIRE_FALSE(late.has_value());
      CHECK(late.error().message.starts_with("RequestTimeTooSkewed"));
    }
    Credentials other = own.credentials;
    other.secret_access_key = base::Secret("another");
    CHECK_FALSE(verify_at(good, other, now).has_value());
  }
}

TEST_CASE("parse_authorization_whenMalformed_refuses") {
  for (const char* header :
       {"", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a/b/c/aws4_request, SignedHeaders=host, Signature=1",
        "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws3_request, SignedHeaders=h, Signature=1"}) {
    CAPTURE(header);
    CHECK_FALSE(parse_authorization(header).has_value());
  }
}

TEST_CASE("encode_path_keepsSlashesOnly") {
  CHECK(encode_path("/a b/c~d%") == "/a%20b/c~d%25");
  CHECK(encode_path("") == "");
  CHECK(encode_path("//x//") == "//x//");
}

TEST_CASE("amz_date_roundTrips") {
  const base::TimePoint time = *base::parse_rfc3339("2026-02-28T23:59:58.123Z");
  CHECK(to_amz_date(time) == "20260228T235958Z");
  CHECK(*parse_amz_date("20260228T235958Z") == std::chrono::floor<base::Seconds>(time));
  CHECK_FALSE(parse_amz_date("2026-02-28T23:59:58Z").has_value());
  CHECK_FALSE(parse_amz_date("20261328T235958Z").has_value());
}

}  // namespace
}  // namespace elevator::wire::aws::sigv4_test
