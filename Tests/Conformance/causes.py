"""What the official SDKs make of every cause: the truth that the server is held against."""
import dataclasses

from sdks import ANTHROPIC_MAJOR


@dataclasses.dataclass(frozen=True)
class Expected:
    """An exception's class and what it carries, and the attempts a default client makes."""
    status: int
    error: str
    type: str | None
    code: str | None = None
    attempts: int = 1
    # An HTML page of a proxy in place of the provider's JSON.
    page: bool = False


INVALID = "invalid_request_error"

OPENAI = {
    "bad-request": Expected(400, "BadRequestError", INVALID),
    "context-length-exceeded": Expected(
        400, "BadRequestError", INVALID, "context_length_exceeded"),
    "invalid-api-key": Expected(401, "AuthenticationError", INVALID, "invalid_api_key"),
    "permission-denied": Expected(403, "PermissionDeniedError", INVALID, "access_denied"),
    "model-not-found": Expected(404, "NotFoundError", INVALID, "model_not_found"),
    "request-too-large": Expected(413, "APIStatusError", INVALID),
    "rate-limited": Expected(429, "RateLimitError", "requests", "rate_limit_exceeded", attempts=3),
    # No retry helps, and OpenAI's SDK retries it all the same.
    "insufficient-quota": Expected(
        429, "RateLimitError", "insufficient_quota", "insufficient_quota", attempts=3),
    "server-error": Expected(500, "InternalServerError", "server_error", attempts=3),
    "bad-gateway": Expected(502, "InternalServerError", None, attempts=3, page=True),
    "unavailable": Expected(503, "InternalServerError", "service_unavailable_error", attempts=3),
    "overloaded": Expected(503, "InternalServerError", "server_error", attempts=3),
    "gateway-timeout": Expected(504, "InternalServerError", None, attempts=3, page=True),
    "request-timeout": Expected(408, "APIStatusError", "server_error", attempts=3),
    "conflict": Expected(409, "ConflictError", INVALID, attempts=3),
    "unprocessable": Expected(422, "UnprocessableEntityError", INVALID),
    "content-policy": Expected(400, "BadRequestError", INVALID, "content_policy_violation"),
    "billing": Expected(
        429, "RateLimitError", "insufficient_quota", "billing_hard_limit_reached", attempts=3),
}


def since_2(newer, older):
    """The name of a class that Anthropic's SDK has since its second major version."""
    return newer if ANTHROPIC_MAJOR >= 2 else older


ANTHROPIC = {
    "bad-request": Expected(400, "BadRequestError", INVALID),
    "context-length-exceeded": Expected(400, "BadRequestError", INVALID),
    "invalid-api-key": Expected(401, "AuthenticationError", "authentication_error"),
    "permission-denied": Expected(403, "PermissionDeniedError", "permission_error"),
    "model-not-found": Expected(404, "NotFoundError", "not_found_error"),
    "request-too-large": Expected(413, "RequestTooLargeError", "request_too_large"),
    "rate-limited": Expected(429, "RateLimitError", "rate_limit_error", attempts=3),
    "insufficient-quota": Expected(400, "BadRequestError", INVALID),
    "server-error": Expected(500, "InternalServerError", "api_error", attempts=3),
    "bad-gateway": Expected(502, "InternalServerError", None, attempts=3, page=True),
    "unavailable": Expected(
        503, since_2("ServiceUnavailableError", "InternalServerError"), "api_error", attempts=3),
    "overloaded": Expected(529, "OverloadedError", "overloaded_error", attempts=3),
    "gateway-timeout": Expected(
        504, since_2("GatewayTimeoutError", "InternalServerError"), "timeout_error", attempts=3),
    "request-timeout": Expected(
        408, since_2("RequestTimeoutError", "APIStatusError"), "timeout_error", attempts=3),
    "conflict": Expected(409, "ConflictError", "conflict_error", attempts=3),
    "unprocessable": Expected(422, "UnprocessableEntityError", INVALID),
    "billing": Expected(
        402, since_2("PaymentRequiredError", "APIStatusError"), "billing_error"),
}

# Anthropic refuses content with a whole answer of status 200, so it is not among its errors.
REFUSED_WITH_SUCCESS = "content-policy"

EXPECTED = {"openai": OPENAI, "anthropic": ANTHROPIC}
CASES = [(provider, cause) for provider, causes in EXPECTED.items() for cause in causes]
