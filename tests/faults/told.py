"""What a Discord user reads of each fault, word for word."""

# ruff: noqa: E501, RUF001 - sentences stay whole, and their apostrophes are typographic

from bot.sandbox import Fault

INVALID = (
    "The image service did not accept this request{said} Nothing was charged. Change your prompt or options and try "
    "again."
)
NOT_FOUND = (
    "The image service does not know this request or model. Nothing was charged. Try another model; if that fails too, "
    "tell the bot’s operator."
)
TOO_LARGE = (
    "That is too large for the image service, or a kind of file that it does not take. Nothing was charged. Use a "
    "smaller PNG or JPEG picture or a shorter prompt."
)
UNKNOWN = (
    "The image service gave no clear answer, so nobody can say whether the picture was made. It was not asked for a "
    "second time. Try again."
)
REDIRECTED = (
    "The image service is not at the address that this bot was given. Nothing was charged. This is not your fault: the "
    "bot’s operator must correct it."
)
RATE_LIMITED = "The image service is getting too many requests from this bot. Please try again in a few minutes."
MAINTENANCE = (
    "The image service, or this model, is not available right now. Please try again in a few minutes, or choose "
    "another model."
)
DEFINITE: dict[Fault, str] = {
    Fault.BAD_REQUEST: INVALID,
    Fault.UNAUTHORIZED: "The image service does not recognise this bot. Nothing was charged. This is not your fault: the "
    "bot’s operator must correct its access key.",
    Fault.INSUFFICIENT_CREDITS: "This bot’s account at the image service is out of credit. Nothing was charged. This is "
    "not your fault: the bot’s operator must top it up.",
    Fault.FORBIDDEN: "This bot’s account may not use this at the image service. Nothing was charged. Try another model, "
    "or ask the bot’s operator to allow it.",
    Fault.NOT_FOUND: NOT_FOUND,
    Fault.METHOD_NOT_ALLOWED: NOT_FOUND,
    Fault.CONFLICT: "The image service says that this clashes with an earlier request. Nothing was charged. Please run "
    "the command again.",
    Fault.PAYLOAD_TOO_LARGE: TOO_LARGE,
    Fault.UNSUPPORTED_MEDIA_TYPE: TOO_LARGE,
    Fault.VALIDATION_FAILED: INVALID,
}
PASSING = [
    Fault.REQUEST_TIMEOUT,
    Fault.MAINTENANCE,
    Fault.SERVER_ERROR,
    Fault.BAD_GATEWAY,
    Fault.UNAVAILABLE,
    Fault.GATEWAY_TIMEOUT,
]
GIVEN_UP: dict[Fault, str] = {
    Fault.REQUEST_TIMEOUT: UNKNOWN,
    Fault.RATE_LIMITED: RATE_LIMITED,
    Fault.MAINTENANCE: MAINTENANCE,
    Fault.SERVER_ERROR: UNKNOWN,
    Fault.BAD_GATEWAY: UNKNOWN,
    Fault.UNAVAILABLE: MAINTENANCE,
    Fault.GATEWAY_TIMEOUT: UNKNOWN,
    Fault.RESET: UNKNOWN,
    Fault.LOST: UNKNOWN,
    Fault.BROKEN: UNKNOWN,
    Fault.HTML: UNKNOWN,
}
LOST = "The image service lost this request. Try again."
UNANSWERED = (
    "The image service took this request, but for 5 minutes it did not say what became of it, so it was given up. If it "
    "is finished within the hour, you still get it. Or try again later; if that fails too, tell the bot’s operator."
)
EXPIRED = (
    "It took longer than 5 minutes, so it was given up. If it is finished within the hour, you still get it. Or try "
    "again, maybe with another model."
)
WITHOUT_PICTURE = "The model finished without a picture. Try again, or try another model."
REJECTED = (
    "The model did not make it: “Your request was rejected by the safety system: the prompt may describe content that "
    "is not allowed.” Change the prompt and try again."
)
