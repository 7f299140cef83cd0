# Channels that are for making art.

settings-about-art_channels = Channels for making art. Choose one below to say what becomes of the results there.
settings-nothing-art_channels = None

art-channel-threads = a thread for each result
art-channel-forum = posts in { $forum }
art-channel-how-to = a pinned how-to
art-channel-nothing = nothing more

art-channel-open = Choose what happens in…
art-channel-lacking = ⚠️ Discord does not let me do that in { $channel } yet; I lack: { $names }
art-channel-no-forum = Nowhere else
art-channel-title-threads = A thread for each result
art-channel-about-threads = Named after its prompt, for who wants to talk about it or work on it. I need Create Public Threads there.
art-channel-title-how_to = A pinned how-to
art-channel-about-how_to = One message that says what holds there and how to edit; I keep it current. I need Pin Messages there.
art-channel-title-forum = Post each result in a forum
art-channel-about-forum = Once it is delivered, with its prompt and a tag for its model. I need Send Messages there; with Manage Channels I add the tags that are missing.

# The how-to of an art channel.
how-to-title = How to make art here
how-to-make = `/imagine` makes a picture from what you describe.
how-to-edit = Right-click a picture (on a phone, press it long), then Apps > **Edit image**; or `/edit` with a file of yours.
how-to-reply = Or reply to one of my pictures, mention me, and say what to change.
how-to-again = **Reroll**, **Edit** and **Remix** under a result work for everybody; **More** shows all that was asked for.
how-to-private = Results are shown to who asked alone, unless they choose `private: False`.
how-to-threads = Every result has a thread of its own, to talk about it or to go on with it.
how-to-forum = Every result is also posted in { $forum }.
how-to-models = Models
how-to-no-models = None is allowed here at the moment.
how-to-makes = makes
how-to-edits = edits
how-to-ratios = **Ratios:** { $ratios }, as far as the model has them
how-to-ratio = Where none is named, /imagine takes { $ratio }.
how-to-daily = **Limits:** { $limit ->
        [0] no pictures for members without a role that has some
        [unlimited] as many pictures a day as you like
        [one] { $limit } picture a day
       *[other] { $limit } pictures a day
    }; `/usage` says what you have left.
how-to-count = A command can ask for { $limit ->
        [one] one picture.
       *[other] up to { $limit } pictures.
    }
how-to-resolution = The largest resolution is { $limit }.
how-to-cooldown = { $seconds ->
        [one] { $seconds } second has
       *[other] { $seconds } seconds have
    } to pass between two requests.
how-to-at-once = You can have { $limit } under way at once.
how-to-footer = I keep this message current.

# Threads of results and posts in forums.
thread-plain = Result { $id }
forum-by = by { $artist }
button-to-result = To the result
