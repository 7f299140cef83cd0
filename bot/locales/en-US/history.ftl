# Where a request came from, and `/show`, `/history`, `/again`.

lineage-edit = edit of { $parent }
lineage-reroll = reroll of { $parent }
lineage-remix = remix of { $parent }
lineage-by = { $said } by { $author }

command-show = Show a request again by its short id
command-history = What you asked for, with its pictures
command-again = Ask again for what you asked for last in this channel
option-show-id = The short id under a reply, for example k3v9x2
option-history-model = Only requests to this model
option-history-text = Only requests whose prompt contains this
option-again-id = Another request of yours, by its short id

show-unknown = I cannot show “{ $name }” here: I show your own requests by their short id, and those of others where both of you are and everyone could see the reply. /history lists yours.
show-deleted = `{ $id }` was deleted, and its pictures with it.
show-among-adults = `{ $id }` comes from an age-restricted channel, so I show it only in one.
show-later = Discord does not take that right now, so I cannot show `{ $id }`. Try again in a minute.
show-unfit = Discord does not take what I would show.
show-owner = asked for by { $author }
show-link = [go to the reply]({ $link })
show-undelivered = It could not be brought to you before, so here it is.
show-small = { $count ->
        [one] Nobody keeps the original any more, so this is the small picture that I keep of it.
       *[other] Nobody keeps { $count } of the originals any more, so those are the small pictures that I keep of them.
    }
show-gone = { $count ->
        [one] A picture is missing, for nobody keeps it any more. Reroll makes another.
       *[other] { $count } pictures are missing, for nobody keeps them any more. Reroll makes others.
    }

history-title = Your pictures
history-none = You have not asked for anything yet. Try /imagine.
history-nothing-found = Nothing of yours fits that. Leave an option out to see more.
history-page = Page { $page } of { $pages } · { $total ->
        [one] { $total } request
       *[other] { $total } requests
    }
history-only-model = only { $name }
history-only-text = only with “{ $value }”
history-undelivered = not delivered yet: open it
history-link = [go to it]({ $link })
history-no-sheet = The pictures cannot be put together right now. Open one below, or turn the page and come back.
history-alt = Small pictures with numbers: { $list }
history-alt-tile = { $number } { $prompt }
history-open = Open one of them
history-newer = Newer
history-older = Older
history-forgotten = That search is too old. Use /history again.

again-none = You have not asked for anything in this channel that I could ask for again. Use /imagine, or name one of the short ids that /history lists.
again-not-yours = `{ $id }` is somebody else’s. Press Reroll under it to make it as a request of your own.

help-find = **Find** · Every reply shows its short id. `/show` brings a request back by that, `/history` lists yours with small pictures, `/again` makes your last one here once more.
