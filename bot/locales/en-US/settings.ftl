# `/settings`: what the managers of a server decide, and what comes of that.

command-settings = What Easel may do in this server
command-settings-panel = See and change this server’s settings
command-settings-art = See and change this server’s gallery and art channels
command-settings-export = Get this server’s settings as a JSON file
command-settings-import = Take this server’s settings from a JSON file; you see what would change first
option-settings-file = A file from /settings export

# Refusals. $channels and $roles are mentions.
policy-not-among-adults = This server has no pictures made in age-restricted channels. Try it in another channel. Nothing was charged.
policy-place-denied = This server does not want Easel to be used in { $channel }. Try it in another channel. Nothing was charged.
policy-place-denied-others = This server does not want Easel to be used in { $channel }. It may be used in { $channels }. Nothing was charged.
policy-place-elsewhere = In this server Easel may be used in { $channels }. Nothing was charged.
policy-role-denied = This server does not let members with { $roles } use Easel. Who manages the server can change that. Nothing was charged.
policy-role-needed = In this server Easel is for members with one of these roles: { $roles }. Nothing was charged.
policy-model = This server does not allow { $model }. These work here: { $models }. Nothing was charged.
policy-none-makes = None of the models that this server allows makes pictures from text. Who manages the server can allow one. Nothing was charged.
policy-none-edits = None of the models that this server allows edits pictures. Who manages the server can allow one. Nothing was charged.
policy-resolution = This server allows a `resolution` of { $limit } at most, so { $value } is too large. With this model these work: { $allowed }. Nothing was charged.
policy-resolution-none = This server allows a `resolution` of { $limit } at most, and { $model } only makes larger pictures. Try another model. Nothing was charged.
policy-size = This server allows { $limit } at most, so a `size` may have as many pixels as { $pixels } has. Ask for a smaller one. Nothing was charged.
policy-count = In this server a command can ask for { $limit ->
        [one] one picture
       *[other] { $limit } pictures
    } at most. Ask for fewer. Nothing was charged.

# The panel.
settings-title = Easel in this server
settings-page-access = Where and who
settings-page-models = Models
settings-page-replies = Pictures
settings-page-limits = Limits
settings-page-blocked = Blocked
settings-page-log = Log
settings-page-gallery = Gallery
settings-page-art_channels = Art channels

settings-field-channels = Channels
settings-field-channels_denied = Channels left out
settings-field-roles = Roles
settings-field-roles_denied = Roles left out
settings-field-models = Models
settings-field-default_models = Default model
settings-field-default_aspect_ratio = Default ratio
settings-field-largest_resolution = Largest resolution
settings-field-most_pictures = Most pictures of a command
settings-field-private = Private by default
settings-field-log_channel = Log channel
settings-field-nsfw = Age-restricted channels
settings-field-retention_days = Days kept
settings-field-time_zone = Time zone
settings-field-pictures_a_day = Pictures a day
settings-field-pictures_by_role = Pictures a day by role
settings-field-exempt_roles = Exempt roles
settings-field-cooldown = Cool-down
settings-field-tasks_at_once = Tasks at once
settings-field-gallery_channel = Gallery
settings-field-gallery_adults_channel = Gallery for adults
settings-field-gallery_stars = Stars needed
settings-field-gallery_self_stars = Own stars
settings-field-gallery_reaction = Star reaction
settings-field-budget_a_day = Dollars a day
settings-field-budget_a_month = Dollars a month
settings-field-art_channels = Art channels

settings-about-channels = Where Easel may be used. A category stands for its channels, and a channel for its threads.
settings-about-channels_denied = Where it may not, even if its category is chosen above.
settings-about-roles = Who may use it, with at least one of these roles.
settings-about-roles_denied = Who may not, whatever other roles they have. That goes for who manages the server too.
settings-about-models = Which ones may be used.
settings-about-default_models = What is taken where no model is named.
settings-about-default_aspect_ratio = What /imagine takes where no ratio is named and the model has it.
settings-about-largest_resolution = The most that can be asked for.
settings-about-most_pictures = From 1 to 10; as many as the model makes where that is empty.
settings-about-private = Whether only its author sees a reply, where the option `private` is left out.
settings-about-log_channel = Where reports go.
settings-about-nsfw = What Easel does there. What is made there stays in such channels in any case.
settings-about-retention_days = Days after which what was asked and made here is forgotten; empty is never.
settings-about-time_zone = In which days and months begin, such as Europe/Berlin.
settings-about-pictures_a_day = For each member: a number, 0 for none, or “unlimited”; empty is what the bot’s operator set.
settings-about-pictures_by_role = For members with a role, in place of that; the most generous counts.
settings-about-exempt_roles = Whom no limit on pictures, pace or tasks at once concerns.
settings-about-cooldown = Seconds between two requests of a member.
settings-about-tasks_at_once = That a member may have under way; empty is no limit.
settings-about-gallery_channel = Where a picture is posted once it has enough stars. Without one, results have no star button.
settings-about-gallery_adults_channel = Where those are that were made in age-restricted channels. It must be age-restricted; without one they go to the gallery if that is.
settings-about-gallery_stars = From 1 to 1000. Below that, a picture leaves the gallery.
settings-about-gallery_self_stars = Whether artists may star their own pictures.
settings-about-gallery_reaction = An emoji such as ⭐: a reaction with it to a result is a star for its first picture. Empty is none.
settings-about-budget_a_day = What all pictures here may cost on a day, in US dollars: 0 for nothing; empty is no limit.
settings-about-budget_a_month = What they may cost in a month.

settings-nothing-channels = Everywhere
settings-nothing-channels_denied = None
settings-nothing-roles = Everyone
settings-nothing-roles_denied = None
settings-nothing-exempt_roles = None
settings-nothing-models = All that the bot’s operator offers
settings-choose-channel = None
settings-choose-role = Choose a role to set its number
settings-default-make = To make: as the bot’s operator has it
settings-default-edit = To edit: as the bot’s operator has it
settings-default-ratio = As the model has it
settings-no-limit = No limit
settings-not-allowed-model = { $model } (not allowed or offered any more, so not taken)
settings-unknown-ratio = { $value } (no model has it)
settings-nsfw-off = Not used there
settings-nsfw-age-restricted = Used there
settings-nsfw-spoiler = Used there, with every picture as a spoiler
settings-now = Now: { $setting }
settings-gone = { $count ->
        [one] ⚠️ Not found any more (deleted, or an archived thread): { $names }
       *[other] ⚠️ { $count } are not found any more (deleted, or archived threads): { $names }
    }
settings-gone-models = ⚠️ Not offered any more: { $names }
settings-not-shown = { $count ->
        [one] One more is chosen than fits here
       *[other] { $count } more are chosen than fit here
    }; `/settings export` has them all.
settings-log = The newest changes, and who made them.
settings-log-block = Block
settings-log-gallery-withdrawn = Picture kept out of the gallery
settings-log-grant = Granted today
settings-log-report = Reported result
settings-log-reset = Made today
settings-log-round = Round
settings-log-rule = Rule for prompts
settings-log-empty = Nothing has been changed yet.

settings-value-none = not set
settings-value-operator = not set, so { $limit } as the operator has it
settings-value-yes = yes
settings-value-no = no
settings-value-make = make
settings-value-edit = edit
settings-value-more = and { $count } more

button-settings-change = Change…
button-settings-on = Turn on
button-settings-off = Turn off
button-settings-prune = Remove
button-settings-again = Correct it
button-settings-import = Apply
button-settings-grant = Grant it
button-settings-back = Back

# Who is blocked. $until and $when are times, $reason is what somebody typed.
settings-blocked = **Blocked members**
    -# They make no pictures here, and are told why and until when. What they asked for before is still delivered.
settings-blocked-choose = Block somebody, or change a block
settings-blocked-none = Nobody is blocked.
settings-blocked-item = { $user } · { $until ->
        [never] until it is taken back
       *[other] until { $until }
    } · by { $by }, { $when }
    -# { $reason ->
        [none] No reason was given.
       *[other] { $reason }
    }
settings-blocked-page = Page { $page } of { $pages }
settings-block-form = Block a member
settings-block-reason = Reason
settings-block-reason-about = They are told it. You may leave it empty.
settings-block-days = Days
settings-block-days-about = From 1 to 3650; empty is until somebody takes it back.
settings-block-days-wrong = “{ $value }” is no number of days that fits. It takes a whole number from 1 to 3650, or nothing.
button-settings-unblock = Unblock
button-settings-previous = Previous
button-settings-next = Next

# Before a limit is granted. $cost and $price are dollars.
settings-role-question = Let members with { $role } make { $limit ->
        [unlimited] any number of pictures a day?
        [one] { $limit } picture a day?
       *[other] { $limit } pictures a day?
    }
outlook-month = That can cost up to ${ $cost } a month for each member: 31 days of { $pictures ->
        [one] one picture
       *[other] { $pictures } pictures
    }, at up to ${ $price } each.
outlook-pictures = That can cost up to ${ $cost }.
outlook-no-bound = There is no bound to what that can cost, save for budgets.
outlook-unknown = What that can cost is not known: the image service does not say right now what the models cost that are allowed here.
outlook-unpriced = ({ $count ->
        [one] Of one model that is allowed the price is not known.
       *[other] Of { $count } models that are allowed the prices are not known.
    })

# Forms. A modal’s title and its labels have at most 45 characters.
settings-form-numbers = Pictures
settings-form-limits = Limits for members and the server
settings-form-zone = Time zone
settings-form-gallery = Gallery
settings-form-role = Pictures a day for a role

# What a field takes, for a sentence and as what an empty input shows: at most 100 characters.
settings-takes-channels = a list of channel ids
settings-takes-channels_denied = a list of channel ids
settings-takes-roles = a list of role ids
settings-takes-roles_denied = a list of role ids
settings-takes-models = a list of model ids
settings-takes-default_models = a model id for text_to_image and for edit_image
settings-takes-default_aspect_ratio = a ratio such as 16:9, or null
settings-takes-largest_resolution = 1k, 2k, 4k, or null
settings-takes-most_pictures = a whole number from 1 to 10, or nothing
settings-takes-private = true or false
settings-takes-log_channel = a channel id, or null
settings-takes-nsfw = off, age-restricted or spoiler
settings-takes-retention_days = a whole number from 1 to 3650, or nothing
settings-takes-time_zone = a time zone by its name, such as Europe/Berlin
settings-takes-pictures_a_day = a whole number from 0 to 100000, “unlimited”, or nothing
settings-takes-pictures_by_role = for each role id a whole number from 0 to 100000, or “unlimited”
settings-takes-exempt_roles = a list of role ids
settings-takes-cooldown = a whole number of seconds from 0 to 86400
settings-takes-art_channels = for up to 25 channel ids threads, forum (a channel id or null) and how_to
settings-takes-tasks_at_once = a whole number from 1 to 100, or nothing
settings-takes-gallery_channel = a channel id, or null
settings-takes-gallery_adults_channel = a channel id, or null
settings-takes-gallery_stars = a whole number from 1 to 1000
settings-takes-gallery_self_stars = true or false
settings-takes-gallery_reaction = one emoji such as ⭐, or nothing
settings-takes-budget_a_day = an amount such as 2.50, or nothing
settings-takes-budget_a_month = an amount such as 50, or nothing

settings-invalid = What you gave for { $fields } does not fit. Nothing was changed.
settings-wrong = `{ $field }`: “{ $value }” does not fit. It takes { $takes }.
settings-wrong-field = There is no setting called “{ $name }”.
settings-unchanged = Nothing was changed.
settings-control-gone = That control is not known any more. Use /settings panel for a new panel.
settings-draft-gone = That is not kept any more. Use /settings panel or /settings import again.
settings-server-unavailable = Discord does not tell me right now what is in this server. Try again in a minute.

# Files.
settings-exported = This server’s settings. Change the file and give it back with `/settings import`; what it leaves out is then as by default.
settings-not-json = That file is not JSON. Get one with `/settings export`, change it, and try again. Nothing was changed.
settings-not-settings = That file holds no settings of Easel’s. Get one with `/settings export`, change it, and try again. Nothing was changed.
settings-other-version = That file is of version { $value }, and I read version { $version }. Get one with `/settings export`, change it, and try again. Nothing was changed.
settings-too-large = That file has more than { $limit } KB, which no settings have. Nothing was changed.
settings-unread = I could not get the file from Discord. Try again. Nothing was changed.
settings-import-wrong = **That file does not fit**, so nothing was changed:
settings-import-same = That file says what is set already. Nothing was changed.
settings-import-changes = { $count ->
        [one] **This would change one setting.**
       *[other] **This would change { $count } settings.**
    }
settings-import-unknown = ⚠️ `{ $field }` names { $count } that this server does not have, or that are not offered: { $names }. They are kept, and match nothing.
settings-import-grants = The most generous limit that it grants is { $limit ->
        [unlimited] any number of pictures a day.
        [one] { $limit } picture a day.
       *[other] { $limit } pictures a day.
    }
settings-import-dismiss = Dismiss this message to leave everything as it is.
settings-import-gone = That was for another server. Use `/settings import` again.
settings-imported = { $count ->
        [0] That is set already. Nothing was changed.
        [one] One setting was changed.
       *[other] { $count } settings were changed.
    }
