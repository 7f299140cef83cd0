# The reply to a request, from pending to its end.

status-pending = ⏳ **pending**
status-queued = ⏳ **queued**
status-processing = 🎨 **processing**
status-completed = ✅ **completed**
status-failed = ⚠️ **failed**
status-cancelled = 🚫 **cancelled**

fact-since = started { $when }
fact-asked = asked for { $when }
fact-place = { $before ->
        [0] next in line
        [one] { $before } request before it
       *[other] { $before } requests before it
    }
fact-seconds = { $seconds } s
fact-minutes = { $minutes } min { $seconds } s
fact-price = about ${ $price }
fact-left = { $left } left today
fact-cost = ${ $cost }

made-from = Picture made by { $model } from the prompt: { $prompt }
edited-from = Picture edited by { $model } as the prompt asks: { $prompt }

picture-reencoded = Shown in a smaller file than the original, which is too large for Discord: { $bars }[original]({ $url }){ $bars }, kept until { $until }.
picture-downscaled = Shown smaller than the original, which is too large for Discord: { $bars }[original]({ $url }){ $bars }, kept until { $until }.
picture-too-large = The picture is too large for Discord: { $bars }[open it]({ $url }){ $bars }, kept until { $until }.
picture-too-many = The message can hold no more pictures: { $bars }[open it]({ $url }){ $bars }, kept until { $until }.
picture-unreached = The picture was made, and counts, but could not be downloaded to be shown here: { $bars }[open it]({ $url }){ $bars }, kept until { $until }. If it does not open, Reroll makes another, which counts as well.
picture-missing = The image service says that the picture was made, so it counts, but has nothing at { $bars }[its address]({ $url }){ $bars }. It may still appear there until { $until }. Reroll makes another, which counts as well.
picture-unreadable = The image service says that the picture was made, so it counts, but what is at { $bars }[its address]({ $url }){ $bars } until { $until } is not a picture that can be read. Reroll makes another, which counts as well.
picture-unkept = The picture was made, and counts, but could not be fetched because the bot’s disk is full or cannot be written: { $bars }[open it]({ $url }){ $bars }, kept until { $until }. Tell the bot’s operator.
picture-unshown = The picture was made, and counts, but cannot be attached here, and its address is too long to show. Ask for a smaller one.

pictures-left-out = There is no room here for the links to { $count } more; ask again for fewer at once.
options-unsent = { $model } was not told the { $options }: this way of asking RunAPI does not take it.

waiting-paused = Waiting: this bot’s account at the image service is out of credit. It will be sent if that is put right within minutes.
waiting-open = Waiting: the image service is not answering. It will be sent as soon as it does, if that is within minutes.
completed-late = It came after it had been given up, so it does not count against your allowance.

not-charged = It does not count against your allowance.
cancelled-queued = It was cancelled before anything was sent. It does not count against your allowance.
cancelled-running = It was cancelled, but the model cannot be stopped: it may still finish the picture, and the bot’s operator may have to pay for it. The picture will not be shown. It does not count against your allowance.

task-failed = { $said ->
        [yes] The model did not make it: “{ $message }” Change the prompt and try again.
       *[no] The model did not make it and gave no reason. Change the prompt and try again.
    }
task-without-picture = The model finished without a picture. Try again, or try another model.
task-vanished = The image service lost this request. Try again.
task-expired = It took longer than { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    }, so it was given up. If it is finished within the hour, you still get it. Or try again, maybe with another model.
task-unanswered = The image service took this request, but for { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    } it did not say what became of it, so it was given up. If it is finished within the hour, you still get it. Or try again later; if that fails too, tell the bot’s operator.
task-not-sent = The image service has not answered for minutes, so this was not sent to it. That is not your fault. Try again later.
task-unknown = The image service gave no clear answer, so nobody can say whether the picture was made. It was not asked for a second time. Try again.
task-model-gone = The model { $model } is no longer offered here. Ask again with another one.

unexpected = Something went wrong on my side. Try again; if it happens again, give the bot’s operator this reference: { $reference }

reply-unfit = Discord does not take the rest of this message, so I left it out.
kept-under = The picture was made, and is kept under `{ $id }`: /show brings it.

delivered-elsewhere = { $mention }, here is your picture: the reply where you asked could not be changed any more.
delivered-failure-elsewhere = { $mention }, about your request: the reply where you asked could not be changed any more.

notice-completed = { $mention }, your picture is ready: { $link }
notice-failed = { $mention }, your request ended without a picture: { $link }
notice-cancelled = { $mention }, your request was cancelled: { $link }
