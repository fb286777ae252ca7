// Requests of API Gateway and function URLs to what the Router takes, and its answers back. Pure.
#pragma once

#include <string>

#include "net/http.h"
#include "wire/lambda/event.h"

namespace elevator::entry::lambda {

// What the terminal would ask: signed requests below /api/, which a function does not serve.
bool is_for_terminal(const wire::lambda::HttpEvent& event);

// Whatever the path is, it is where Slack posts: stages and routes have names of their own, and
// nothing else is reachable from outside.
net::Request to_request(const wire::lambda::HttpEvent& event);

// What payload formats 1.0 and 2.0 and function URLs accept.
std::string to_answer(const net::Response& response);

}  // namespace elevator::entry::lambda
