# Answers to commands other than a picture.

stopping = I am restarting. Try again in a minute. Nothing was charged.
store-unavailable = I cannot save anything right now, so I did not start. Try again in a few minutes. Nothing was charged.
thread-closed = I cannot answer you in { $channel }: it is archived and locked. Nothing was charged.

not-an-image-type = “{ $name }” is not a picture. Send a PNG, JPEG or WebP.
image-too-large = “{ $name }” has { $size } MB; { $limit } MB is the most that I can edit.
image-empty = “{ $name }” is empty. Send a PNG, JPEG or WebP.
image-unavailable = I could not get the picture from Discord. Attach it again.

usage-title = Your pictures
usage-none = You have not made a picture yet. Try /imagine.
usage-line = **{ $span }** · { $pictures ->
        [one] { $pictures } picture
       *[other] { $pictures } pictures
    } · { $cost }
usage-today = Today
usage-month = This month
usage-all-time = All time
usage-by-model = By model
usage-cost = ${ $cost }
usage-cost-unpriced = ${ $cost } and { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    } of unknown cost
usage-footer = Days and months are counted in UTC.

help-title = Easel makes and edits pictures
help-make = **Make** · `/imagine` with what you want to see. Pick a model, a ratio or a resolution, or leave them out. `count` makes several at once; each picture counts.
help-edit = **Edit** · `/edit` with one to four pictures and what to change. Or right-click any message with a picture: Apps > **Edit image**.
help-reply = **The reply** moves from pending to processing to completed, and the picture is attached to it. **Cancel** stops a request, **Notify me** (after a minute) mentions you when it is over, **Reroll** makes it once more, **Edit** changes it, **Remix** lets you change how it was made and make it again, **More** shows the whole request and the original, **Delete** removes it (its author, or someone who may manage messages).
help-private = **Private** · set `private` to True and only you see the reply. `/privacy edits` says whether others may edit your pictures.
help-manage = **This server** · `/settings panel` says where and by whom I may be used, with which models and how much. `/settings export` and `/settings import` keep that as a file. Only who may manage the server sees these.
help-upstream-slowed = ⚠️ RunAPI is asking for fewer calls right now, so pictures may take longer.
help-upstream-paused = ⚠️ This bot’s account at RunAPI is out of credit, so no pictures can be made until its operator tops it up.
help-balance-floor = ⚠️ This bot’s account at RunAPI is below what its operator wants to keep there, so no pictures can be made until it is topped up.
help-upstream-open = ⚠️ RunAPI does not answer right now. New pictures wait up to a few minutes for it.
help-usage = **Allowance** · { $limit } pictures a day for everyone. `/usage` shows what you made, what it cost and what is left. What fails or is cancelled does not count.
help-models = ### Models
