# What people decide about their pictures, and what stays where it was made.

command-privacy = What you decide about your pictures
command-privacy-edits = Whether others may edit your pictures with Easel
option-allow = True lets others edit your pictures, False keeps them yours; leave it out to see how it is

privacy-edits-allowed = Others may edit your pictures with Easel: those that you made with it, and those that you post. `/privacy edits allow:False` stops that.
privacy-edits-not-allowed = Nobody else may edit your pictures with Easel: neither those that you made with it nor those that you post. What was edited before stays, and a copy that somebody uploads as their own is not recognised. `/privacy edits allow:True` lets them again.

edits-not-allowed = <@{ $owner }> would rather not have their pictures edited by others, so I left this one as it is. Try it with a picture of your own. Nothing was charged.
stays-among-adults = That picture comes from an age-restricted channel, so it can be worked on in age-restricted channels only. Nothing was charged.
command-privacy-export = Everything that Easel keeps of you, as a file by direct message
command-privacy-delete = Delete what Easel keeps of you; it asks first

privacy-export-contents = { $pictures ->
        [0] This is everything that I keep of you. No pictures of yours are kept any more.
        [one] This is everything that I keep of you, with one picture file.
       *[other] This is everything that I keep of you, with { $pictures } picture files.
    }
privacy-export-left-out = { $count ->
        [one] One picture file did not fit into what Discord takes; it is in the message in which you got it.
       *[other] { $count } picture files did not fit into what Discord takes; they are in the messages in which you got them.
    }
privacy-export-sent = I sent it to you by direct message.
privacy-export-here = I could not send you a direct message, so here it is, shown to you alone: save it before you close Discord. To get it by direct message, allow them from this server’s members in your privacy settings and ask again.
export-under-way = I am putting your data together already. It comes as soon as it is whole.
export-too-large = What I keep of you is more than one file of { $limit } MB holds, even without pictures, so I could not send it. Ask the bot’s operator for it; nothing was changed.

button-forget-me = Delete my data
privacy-delete-question = **Delete what I keep of you?** That cannot be undone; `/privacy export` gives you a copy first.
privacy-delete-goes = **What goes:** { $requests ->
        [one] one request
       *[other] { $requests } requests
    } of yours with prompts, links and the pictures that were edited; { $pictures ->
        [one] one picture
       *[other] { $pictures } pictures
    } of yours, as far as I have kept originals and thumbnails; your drafts and notices; your stars, and what galleries show of yours; your figures in `/usage`.
privacy-delete-under-way = { $count ->
        [one] One request of yours is under way: it is cancelled first.
       *[other] { $count } requests of yours are under way: they are cancelled first.
    }
privacy-delete-stays = **What stays:** totals by server, model and day in which nobody can tell you from others; for three days, when you asked and how much, because limits count that; that nobody may edit your pictures, that galleries may not show them, or that your profile is private, if you decided so; blocks of you, and what you changed in a server, in its managers’ log; what others asked for, also with your prompts or from your pictures.
    The messages stay in Discord: **Delete** under each of them removes it, also afterwards. The image service keeps what it made for seven days.
privacy-delete-not-yours = Only who asked for this can press it. `/privacy delete` is for your own data.
privacy-deleting = Deleting…
privacy-deleted = { $requests ->
        [0] Deleted: what I kept of you. There were no requests that are over.
        [one] Deleted: what I kept of you, with one request.
       *[other] Deleted: what I kept of you, with { $requests } requests.
    }
privacy-deleted-but = { $count ->
        [one] One request is not over yet, so it is still kept. Ask again with `/privacy delete` once its reply shows its end.
       *[other] { $count } requests are not over yet, so they are still kept. Ask again with `/privacy delete` once their replies show their end.
    }

request-forgotten-wish = This was deleted at its author’s wish, so there is nothing left to do anything with.
request-forgotten-age = This is older than requests are kept here, so there is nothing left to do anything with.
picture-forgotten = That picture is not kept any more, because its author or this server wanted it so, and cannot be edited. Nothing was charged.
