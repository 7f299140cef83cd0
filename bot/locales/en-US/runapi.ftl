# What a user reads when the image service (RunAPI) refuses a request or cannot be asked.

# $said ("yes" or "no") tells whether the service gave a reason; $message (text) is that reason.
runapi-invalid-request =
    { $said ->
        [yes] The image service did not accept this request: “{ $message }” Nothing was charged. Change your prompt or options and try again.
       *[other] The image service did not accept this request. Nothing was charged. Change your prompt or options and try again.
    }
runapi-unauthorized = The image service does not recognise this bot. Nothing was charged. This is not your fault: the bot’s operator must correct its access key.
runapi-insufficient-credits = This bot’s account at the image service is out of credit. Nothing was charged. This is not your fault: the bot’s operator must top it up.
runapi-forbidden = This bot’s account may not use this at the image service. Nothing was charged. Try another model, or ask the bot’s operator to allow it.
runapi-not-found = The image service does not know this request or model. Nothing was charged. Try another model; if that fails too, tell the bot’s operator.
runapi-conflict = The image service says that this clashes with an earlier request. Nothing was charged. Please run the command again.
runapi-too-large = That is too large for the image service, or a kind of file that it does not take. Nothing was charged. Use a smaller PNG or JPEG picture or a shorter prompt.
runapi-redirected = The image service is not at the address that this bot was given. Nothing was charged. This is not your fault: the bot’s operator must correct it.

runapi-unreachable = The image service cannot be reached right now. Please try again in a few minutes.
runapi-rate-limited = The image service is getting too many requests from this bot. Please try again in a few minutes.
runapi-maintenance = The image service, or this model, is not available right now. Please try again in a few minutes, or choose another model.
runapi-server-error = The image service has a problem of its own right now. Please try again in a few minutes.
runapi-answer-lost = The connection to the image service broke before its answer arrived. Please try again in a few minutes.
