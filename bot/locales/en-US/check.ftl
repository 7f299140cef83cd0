# `python -m bot check`, for the operator: what is as it should be, what is not, and what to do about it.

check-too-slow = { $area ->
        [folder] The data folder
        [database] The database
        [discord] Discord
       *[other] RunAPI
    } did not answer within { $seconds } seconds. Try again; if it stays so, look at this host's network and disk.
check-broken = { $area ->
        [folder] The data folder
        [database] The database
        [discord] Discord
       *[other] RunAPI
    } could not be looked at: { $kind }. Try again; if it stays so, report it as a bug.
check-passed = The bot can run.
check-failed = The bot cannot run before what is marked FAIL is put right.

check-settings = The settings are complete.
check-nobody-may = DAILY_IMAGES_PER_USER is 0, so nobody can make a picture. Set it to 1 or more.
check-callbacks-private = PUBLIC_URL is { $url }, and RunAPI calls public addresses only. Set it to one at which RunAPI reaches the bot, or leave PUBLIC_URL and RUNAPI_CALLBACK_SECRET empty.

check-folder = The data folder { $folder } can be written.
check-folder-new = The data folder { $folder } will be made at the first start.
check-folder-unwritable = The data folder { $folder } cannot be written: { $reason }. Let the bot's user write there, or set DATA_DIR.
check-little-space = The disk of { $folder } has { $megabytes } MB left. Make room, or set PICTURE_STORE_MB lower.

check-database = The database { $path } can be written and is of the newest version, { $version }.
check-database-new = The database { $path } will be made at the first start.
check-database-older = The database { $path } can be written; the next start brings it to version { $version }.
check-database-newer = The database { $path } is of version { $version }, which this Easel does not know. Install the Easel that wrote it, or a newer one.
check-database-held = The database { $path } is held by another process. Find it and end it: a backup, a database browser or a second bot.
check-database-unwritable = The database { $path } cannot be written: { $reason }. Let the bot's user write the file and its folder, or set DATABASE_URL.
check-database-unusable = The database { $path } cannot be used: { $reason }. Put a backup in its place, or move it away and a new one is made.

check-token-refused = Discord refuses DISCORD_TOKEN. Copy it anew from your application's Bot page in Discord's developer portal.
check-discord-unreachable = Discord cannot be reached ({ $reason }). Look at this host's network, then try again.
check-application = Discord takes the token: this is { $name }, application { $id }.
check-invite = Invite link: { $url }
check-endpoint-set = The application has an Interactions Endpoint URL, so commands never reach the bot. Empty that field on its General Information page in the developer portal.
check-code-grant = The application requires an OAuth2 code grant, so the invite link fails. Turn that off on its Bot page in the developer portal.
check-no-user-install = The application cannot be installed by people for themselves. If it should, tick User Install on its Installation page in the developer portal.
check-intent-on = The Message Content intent is on in the developer portal; MESSAGE_CONTENT_INTENT is { $setting }.
check-intent-off = The Message Content intent is off in the developer portal; MESSAGE_CONTENT_INTENT is { $setting }. Commands and buttons work without it.
check-intent-refused = MESSAGE_CONTENT_INTENT is on, but the intent is off for your application, so Discord refuses the bot. Turn it on in the developer portal (Bot page), or set MESSAGE_CONTENT_INTENT=off.
check-no-guilds = The bot is in no server yet. Invite it with the link above.
check-guild = In { $guild } ({ $id }) the bot may do all that it needs.
check-guild-lacks = In { $guild } ({ $id }) the bot's role lacks: { $lacking }. Give it these in the server's settings (Roles), or invite it anew.
check-guild-unknown = The bot is not in a server with the id { $id }. Invite it with the link above, or correct the id.
check-guilds-unknown = What the bot may do in its servers is not known ({ $reason }). Try again.
check-channel-lacks = In #{ $channel } the bot lacks: { $lacking }. Allow it in the channel's settings (Permissions).

check-runapi = RunAPI answers at { $url }.
check-runapi-setting = RunAPI cannot be asked: { $reason }. Correct RUNAPI_BASE_URL or RUNAPI_API_KEY.
check-runapi-unreachable = RunAPI cannot be reached at { $url }. Look at RUNAPI_BASE_URL and this host's network.
check-runapi-elsewhere = RunAPI is not at { $url }: it sends calls elsewhere. Correct RUNAPI_BASE_URL.
check-runapi-trouble = RunAPI at { $url } has trouble of its own (HTTP { $status }). Try again later.
check-key-refused = RunAPI refuses RUNAPI_API_KEY. Make a new one at https://runapi.ai/settings/api_keys.
check-key-unknown = Whether RunAPI takes the key is not known (HTTP { $status }). Try again later.
check-key = RunAPI takes the key: it belongs to { $account }.
check-balance = The balance is ${ $amount }.
check-balance-floor = The balance is ${ $amount }, which is below BALANCE_FLOOR (${ $floor }), so the bot takes no requests. Top it up at https://runapi.ai/billing, or set BALANCE_FLOOR lower.
check-balance-low = The balance is only ${ $amount }. Top it up at https://runapi.ai/billing.
check-balance-empty = The balance is ${ $amount }, so RunAPI will refuse pictures. Top it up at https://runapi.ai/billing.
check-balance-unknown = The balance is not known (HTTP { $status }). Try again later.
check-upstream-slowed = The bot was asked by RunAPI for fewer calls (HTTP 429, 455 or 503) and makes fewer at once. It gets over that by itself.
check-upstream-paused = The bot has kept new pictures back since { $since }: RunAPI refused one for want of credit (HTTP 402). Top the account up at https://runapi.ai/billing; the running bot sees it within a minute.
check-upstream-open = The bot has kept new pictures back since { $since }: RunAPI did not answer it. The running bot goes on by itself once RunAPI does.
check-routes = RunAPI has these addresses: { $found }; RUNAPI_ROUTES is { $setting }.
check-routes-other = RUNAPI_ROUTES is { $setting }, but only { $found } addresses answer. Set RUNAPI_ROUTES=auto.
check-routes-unknown = Which addresses RunAPI has is not known before the first picture; RUNAPI_ROUTES is { $setting }.
check-clock = This host's clock is right.
check-clock-ahead = This host's clock is { $seconds } seconds ahead. Set it by NTP.
check-clock-behind = This host's clock is { $seconds } seconds behind. Set it by NTP.
